package dev.stlm.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.Session;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.ToyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
  private static final int LENGTH = 100;

  private final Gate gate = new Gate();
  private final ToyModel model = new ToyModel(gate);
  private final long sizeOfOne = size(LENGTH);

  @Test
  void aPromptStartsFromTheLongestBeginningThatWasRead() {
    PrefixCache cache = new PrefixCache(model, 10 * sizeOfOne);
    int[] text = text(1);
    keep(cache, Arrays.copyOf(text, 40), PrefixCache.Scores.NONE);
    int[] other = text.clone();
    other[70] ^= 1;
    keep(cache, other, PrefixCache.Scores.NONE);
    assertThat(found(cache, text, -1)).isEqualTo(70);
    assertThat(found(cache, other, -1)).isEqualTo(LENGTH - 1);
    assertThat(found(cache, text(2), -1)).isZero();
  }

  @Test
  void beginningsThatAreShortAreReadAgain() {
    PrefixCache cache = new PrefixCache(model, 10 * sizeOfOne);
    int[] text = text(1);
    keep(cache, text, PrefixCache.Scores.NONE);
    int[] other = text.clone();
    other[PrefixCache.LEAST - 1] ^= 1;
    assertThat(found(cache, other, -1)).isZero();
    keep(cache, Arrays.copyOf(text(3), PrefixCache.LEAST - 1), PrefixCache.Scores.NONE);
    assertThat(cache.bytes()).isEqualTo(sizeOfOne);
  }

  @Test
  void whatIsPartOfAnotherIsNotKeptTwice() {
    PrefixCache cache = new PrefixCache(model, 10 * sizeOfOne);
    int[] text = text(1);
    keep(cache, Arrays.copyOf(text, 60), PrefixCache.Scores.NONE);
    keep(cache, text, PrefixCache.Scores.NONE);
    keep(cache, Arrays.copyOf(text, 50), PrefixCache.Scores.NONE);
    keep(cache, text, PrefixCache.Scores.NONE);
    assertThat(cache.bytes()).isEqualTo(sizeOfOne);
    assertThat(gate.sessions()).isEqualTo(1);
  }

  @Test
  void scoresAreOfferedWhereThereAreEnough() {
    PrefixCache cache = new PrefixCache(model, 100 * sizeOfOne);
    int[] text = text(1);
    List<TokenLogprobs> tokens = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      tokens.add(
          new TokenLogprobs(
              text[i],
              -i,
              List.of(new TokenLogprobs.Candidate(1, -0.1), new TokenLogprobs.Candidate(2, -2))));
    }
    keep(cache, text, new PrefixCache.Scores(tokens, 2));
    assertThat(found(cache, text, -1)).isEqualTo(LENGTH - 1);
    assertThat(found(cache, text, 3)).isZero();
    PrefixCache.Start start = cache.find(text, 1).orElseThrow();
    assertThat(start.session().position()).isEqualTo(59);
    assertThat(start.scores()).hasSize(60);
    assertThat(start.scores().getLast().logprob()).isEqualTo(-59);
    assertThat(start.scores().getLast().top())
        .containsExactly(new TokenLogprobs.Candidate(1, -0.1));
    start.session().close();
  }

  @Test
  void whatWasUsedLeastRecentlyGoesFirst() {
    PrefixCache cache = new PrefixCache(model, 3 * sizeOfOne);
    for (int i = 1; i <= 3; i++) {
      keep(cache, text(i), PrefixCache.Scores.NONE);
    }
    assertThat(found(cache, text(1), -1)).isPositive();
    keep(cache, text(4), PrefixCache.Scores.NONE);
    assertThat(found(cache, text(2), -1)).isZero();
    for (int i : new int[] {1, 3, 4}) {
      assertThat(found(cache, text(i), -1)).isPositive();
    }
  }

  @Test
  void memoryIsBoundedAndSessionsThatGoAreClosed() {
    PrefixCache cache = new PrefixCache(model, 5 * sizeOfOne);
    Random random = new Random(11);
    for (int i = 0; i < 500; i++) {
      int[] text = Arrays.copyOf(text(random.nextInt(20)), 1 + random.nextInt(LENGTH));
      keep(cache, text, PrefixCache.Scores.NONE);
      found(cache, text(random.nextInt(20)), -1);
      assertThat(cache.bytes()).isBetween(0L, 5 * sizeOfOne);
    }
    assertThat(cache.bytes()).isPositive();
    keep(cache, new int[600], PrefixCache.Scores.NONE);
    assertThat(cache.bytes()).as("what never fits drives nothing out").isPositive();
    cache.clear();
    assertThat(cache.bytes()).isZero();
    assertThat(gate.sessions()).isZero();
  }

  @Test
  void withoutMemoryNothingIsKept() {
    PrefixCache cache = new PrefixCache(model, 0);
    keep(cache, text(1), PrefixCache.Scores.NONE);
    assertThat(cache.wants(LENGTH)).isFalse();
    assertThat(found(cache, text(1), -1)).isZero();
    assertThat(gate.sessions()).isZero();
  }

  private void keep(PrefixCache cache, int[] ids, PrefixCache.Scores scores) {
    Session session = model.newSession();
    session.append(ids);
    cache.keep(ids, session, scores);
  }

  /** Ids that need not be read. */
  private static int found(PrefixCache cache, int[] prompt, int top) {
    Optional<PrefixCache.Start> start = cache.find(prompt, top);
    start.ifPresent(s -> s.session().close());
    return start.map(s -> s.session().position()).orElse(0);
  }

  private long size(int positions) {
    try (Session session = model.newSession()) {
      session.append(new int[positions]);
      return model.sessionBytes(session);
    }
  }

  private static int[] text(int number) {
    return new Random(number).ints(LENGTH, 0, 256).toArray();
  }
}
