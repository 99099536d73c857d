package dev.stlm.training.internal.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.internal.torch.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExampleBatchesTest {
  private static final int X = Batch.IGNORED;
  private static final int END = ByteTokenizer.END_OF_TEXT;
  private static final ByteTokenizer BYTES = new ByteTokenizer();

  @Test
  void theAnswerAndItsEndAreTheOnlyTargets() {
    AnswerSequence s = only(Example.of("ab", "xyz"), 10);
    assertThat(s.inputs()).containsExactly('a', 'b', 'x', 'y', 'z');
    assertThat(s.targets()).containsExactly(X, 'x', 'y', 'z', END);
  }

  @Test
  void anEmptyPromptIsTheIdThatStartsAText() {
    AnswerSequence s = only(Example.of("", "x"), 10);
    assertThat(s.inputs()).containsExactly(END, 'x');
    assertThat(s.targets()).containsExactly('x', END);
  }

  @Test
  void inADialogueTheEndIsATargetBetweenTurnsAndIsNotRead() {
    AnswerSequence s = only(dialogue(), 10);
    assertThat(s.inputs()).containsExactly('a', 'x', 'y', 'b', 'c', 'z');
    assertThat(s.targets()).containsExactly('x', 'y', END, X, 'z', END);
  }

  @Test
  void aDialogueThatIsTooLongIsCutBetweenTurns() {
    List<AnswerSequence> s = AnswerSequence.of(dialogue(), BYTES, 4);
    assertThat(s).hasSize(2);
    assertThat(s.get(0).inputs()).containsExactly('a', 'x', 'y');
    assertThat(s.get(1).inputs()).containsExactly('b', 'c', 'z');
    assertThat(s.get(1).targets()).containsExactly(X, 'z', END);
  }

  @Test
  void ofATurnThatIsTooLongTheBeginningOfThePromptGoesFirst() {
    AnswerSequence prompt = only(Example.of("abcdef", "xy"), 4);
    assertThat(prompt.inputs()).containsExactly('e', 'f', 'x', 'y');
    assertThat(prompt.targets()).containsExactly(X, 'x', 'y', END);
    AnswerSequence answer = only(Example.of("abc", "uvwxyz"), 4);
    assertThat(answer.inputs()).containsExactly('c', 'u', 'v', 'w');
    assertThat(answer.targets()).containsExactly('u', 'v', 'w', 'x');
  }

  @Property(tries = 40)
  void anEpochHasEveryExampleOnce(
      @ForAll @IntRange(min = 1, max = 300) int examples,
      @ForAll @IntRange(min = 1, max = 9) int sequences,
      @ForAll long seed) {
    ExampleBatches batches = batches(examples, seed);
    int perEpoch = Math.max(1, examples / sequences);
    for (int epoch = 0; epoch < 2; epoch++) {
      List<String> seen = new ArrayList<>();
      for (int b = 0; b < perEpoch; b++) {
        seen.addAll(
            texts(
                batches.batch((long) (epoch * perEpoch + b) * sequences, 1, sequences), sequences));
      }
      if (examples >= sequences) {
        assertThat(seen).hasSize(perEpoch * sequences).doesNotHaveDuplicates();
      } else {
        assertThat(seen).hasSize(sequences).hasSameElementsAs(texts(examples));
      }
    }
  }

  @Test
  void aBatchFollowsFromSeedAndNumberAlone() {
    ExampleBatches all = batches(500, 3);
    int[] later = all.batch(8 * 130, 2, 4).targets();
    all.batch(16, 2, 4);
    assertThat(all.batch(8 * 130, 2, 4).targets()).containsExactly(later);
    assertThat(batches(500, 3).batch(8 * 130, 2, 4).targets()).containsExactly(later);
    assertThat(batches(500, 4).batch(8 * 130, 2, 4).targets()).isNotEqualTo(later);
  }

  @Test
  void littleIsPaddedAndOrderSaysNothingOfLength() {
    ExampleBatches batches = batches(6400, 1);
    long used = 0;
    long all = 0;
    List<Integer> lengths = new ArrayList<>();
    for (int b = 0; b < 200; b++) {
      Batch batch = batches.batch(32L * b, 1, 32);
      int length = batch.targets().length / 32;
      lengths.add(length);
      all += batch.targets().length;
      used += texts(batch, 32).stream().mapToInt(String::length).sum();
    }
    assertThat(used / (double) all).isGreaterThan(0.8);
    assertThat(lengths).as("few shapes").allMatch(length -> length % 8 == 0 || length == 61);
    assertThat(IntStream.range(1, 200).filter(i -> lengths.get(i) < lengths.get(i - 1)).count())
        .isBetween(60L, 140L);
  }

  @Test
  void allSequencesAreThereForValidation() {
    List<Batch> all = batches(50, 1).all(8);
    assertThat(all).hasSize(7);
    int answers = 0;
    for (Batch batch : all) {
      answers += (int) Arrays.stream(batch.targets()).filter(t -> t == END).count();
    }
    assertThat(answers).isEqualTo(50);
  }

  private static Example dialogue() {
    return new Example(List.of(new Example.Turn("a", "xy"), new Example.Turn("bc", "z")));
  }

  private static AnswerSequence only(Example example, int most) {
    List<AnswerSequence> sequences = AnswerSequence.of(example, BYTES, most);
    assertThat(sequences).hasSize(1);
    return sequences.getFirst();
  }

  private static ExampleBatches batches(int examples, long seed) {
    return new ExampleBatches(
        texts(examples).stream().map(t -> only(Example.of("?", t), 99)).toList(), 61, END, seed);
  }

  /** Different texts of 4 to 60 letters. */
  private static List<String> texts(int count) {
    Random random = new Random(9);
    return IntStream.range(0, count)
        .mapToObj(i -> "%04d".formatted(i) + "x".repeat(random.nextInt(57)))
        .toList();
  }

  /** The answers of a batch of one group, or of all groups. */
  private static List<String> texts(Batch batch, int sequences) {
    int length = batch.targets().length / sequences;
    return IntStream.range(0, sequences)
        .mapToObj(i -> {
          int[] targets = Arrays.copyOfRange(batch.targets(), i * length, (i + 1) * length);
          int[] answer = Arrays.stream(targets).filter(t -> t != X && t != END).toArray();
          return new String(BYTES.decode(answer), StandardCharsets.UTF_8);
        })
        .toList();
  }
}
