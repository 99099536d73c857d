package dev.stlm.training.internal.prepare.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.prepare.DuplicatesConfig;
import dev.stlm.training.prepare.DuplicatesConfig.Shingles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MinHashTest {
  private static final DuplicatesConfig CONFIG = DuplicatesConfig.DEFAULT;

  @Test
  void theEstimateIsNearTheSimilarityOfTheSets() {
    SplittableRandom random = new SplittableRandom(3);
    MinHash hash = new MinHash(CONFIG, 1);
    double error = 0;
    int pairs = 60;
    for (int i = 0; i < pairs; i++) {
      List<String> one = words(random, 300);
      List<String> other = edited(random, one, 1 + i);
      double truth = jaccard(one, other);
      double estimate = MinHash.similarity(hash.of(text(one)), hash.of(text(other)));
      // five standard errors of 120 places
      assertThat(estimate).isBetween(truth - 0.23, truth + 0.23);
      error += estimate - truth;
    }
    assertThat(error / pairs).isBetween(-0.025, 0.025);
  }

  @Test
  void nearlyAllPairsAboveTheThresholdAreFoundAndNoneThatAreFarApart() {
    SplittableRandom random = new SplittableRandom(4);
    MinHash hash = new MinHash(CONFIG, 1);
    int pairs = 300;
    NearDuplicates near = new NearDuplicates(CONFIG, 3 * pairs);
    int found = 0;
    for (int i = 0; i < pairs; i++) {
      List<String> one = words(random, 400);
      // six changed words of 400 leave a similarity of about 0.86 to 0.87
      List<String> like = edited(random, one, 6);
      List<String> unlike = edited(random, one, 80);
      assertThat(near.isDuplicate(hash.of(text(one)))).isFalse();
      assertThat(near.isDuplicate(hash.of(text(unlike)))).isFalse();
      found += near.isDuplicate(hash.of(text(like))) ? 1 : 0;
    }
    assertThat(found).as("of 300").isGreaterThanOrEqualTo(285);
  }

  @Test
  void caseAndPunctuationDoNotCount() {
    MinHash hash = new MinHash(CONFIG, 1);
    assertThat(hash.of(bytes("Call me Ishmael. Some years ago, never mind how long")))
        .isEqualTo(hash.of(bytes("call ME Ishmael -- some\nyears ago: never mind how long!")));
  }

  @Test
  void textsOfLessThanAShingleAreLikeThemselvesAlone() {
    MinHash hash = new MinHash(CONFIG, 1);
    assertThat(hash.of(bytes("two words"))).isEqualTo(hash.of(bytes("Two words.")));
    assertThat(MinHash.similarity(hash.of(bytes("two words")), hash.of(bytes("two birds"))))
        .isLessThan(0.1);
    assertThat(MinHash.similarity(hash.of(bytes("?!")), hash.of(bytes("...")))).isLessThan(0.1);
  }

  @Test
  void shinglesOfBytesFindLikenessWithoutBlanks() {
    MinHash hash = new MinHash(new DuplicatesConfig(true, true, 0.8, Shingles.BYTES, 12, 20, 6), 1);
    String one = "鯨は海の哺乳類であり世界中の海に生息している。".repeat(3) + "終わり";
    assertThat(MinHash.similarity(hash.of(bytes(one)), hash.of(bytes(one + "です"))))
        .isGreaterThan(0.7);
    assertThat(MinHash.similarity(hash.of(bytes(one)), hash.of(bytes("別の話".repeat(9)))))
        .isLessThan(0.1);
  }

  @Test
  void runsSayWhereTheyAre() {
    List<String> seen = new ArrayList<>();
    byte[] text = bytes("One, two;  THREE four");
    int words =
        Runs.ofWords(
            text,
            2,
            (_, start, end) ->
                seen.add(new String(text, start, end - start, StandardCharsets.UTF_8)));
    assertThat(words).isEqualTo(4);
    assertThat(seen).containsExactly("One, two", "two;  THREE", "THREE four");
  }

  @Property(tries = 50)
  void aSetHoldsWhatWasAdded(@ForAll Set<Long> values) {
    LongSet set = new LongSet();
    for (long value : values) {
      assertThat(set.contains(value)).isFalse();
      assertThat(set.add(value)).isTrue();
      assertThat(set.add(value)).isFalse();
    }
    assertThat(set.size()).isEqualTo(values.size());
    assertThat(values).allMatch(set::contains);
  }

  private static List<String> words(SplittableRandom random, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add("w" + random.nextInt(5000));
    }
    return words;
  }

  private static List<String> edited(SplittableRandom random, List<String> words, int changes) {
    List<String> edited = new ArrayList<>(words);
    for (int i = 0; i < changes; i++) {
      edited.set(random.nextInt(edited.size()), "x" + random.nextInt(5000));
    }
    return edited;
  }

  private static double jaccard(List<String> a, List<String> b) {
    Set<List<String>> both = shingles(a);
    Set<List<String>> all = shingles(a);
    both.retainAll(shingles(b));
    all.addAll(shingles(b));
    return both.size() / (double) all.size();
  }

  private static Set<List<String>> shingles(List<String> words) {
    Set<List<String>> shingles = new HashSet<>();
    for (int i = 0; i + CONFIG.size() <= words.size(); i++) {
      shingles.add(List.copyOf(words.subList(i, i + CONFIG.size())));
    }
    return shingles;
  }

  private static byte[] text(List<String> words) {
    return bytes(String.join(" ", words));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
