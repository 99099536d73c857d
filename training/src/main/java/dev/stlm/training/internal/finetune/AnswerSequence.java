package dev.stlm.training.internal.finetune;

import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.Example.Turn;
import dev.stlm.training.internal.torch.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text as a model reads it in training, and what it is to predict after each id: the answer,
 * after its last id the end-of-text id, and nothing ({@link Batch#IGNORED}) elsewhere.
 *
 * <p>The end is a target alone: what follows an answer in a dialogue is read as it is when the
 * model is used, where no such id is between the turns.
 *
 * @param inputs ids that are read
 * @param targets as many
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AnswerSequence(int[] inputs, int[] targets) {
  int length() {
    return inputs.length;
  }

  /** Whether anything is to be predicted. */
  private boolean teaches() {
    return Arrays.stream(targets).anyMatch(t -> t != Batch.IGNORED);
  }

  /**
   * The sequences of an example: one, or where it is too long several, each of as many whole turns
   * as fit. Of a turn that is too long by itself the beginning of the prompt is left out, then the
   * end of the answer.
   *
   * @param most ids of a sequence
   */
  static List<AnswerSequence> of(Example example, Tokenizer tokenizer, int most) {
    List<AnswerSequence> sequences = new ArrayList<>();
    Builder builder = new Builder(tokenizer, most);
    for (Turn turn : example.turns()) {
      int[] prompt = tokenizer.encode(turn.prompt().getBytes(StandardCharsets.UTF_8));
      int[] answer = tokenizer.encode(turn.answer());
      if (builder.length > 0 && builder.length + prompt.length + answer.length > most) {
        builder.addTo(sequences);
      }
      if (builder.length == 0) {
        prompt = tokenizer.encodePrompt(turn.prompt().getBytes(StandardCharsets.UTF_8));
      }
      builder.add(prompt, answer);
    }
    builder.addTo(sequences);
    return sequences;
  }

  /** Collects the turns of one sequence. */
  private static final class Builder {
    private final int endOfText;
    private final int[] inputs;
    private final int[] targets;
    private int length;

    Builder(Tokenizer tokenizer, int most) {
      this.endOfText = tokenizer.endOfText();
      this.inputs = new int[most];
      this.targets = new int[most];
    }

    void add(int[] prompt, int[] answer) {
      int room = inputs.length - length;
      // at least the last id of the prompt is read: the first of the answer is predicted after it
      int read = Math.min(prompt.length, Math.max(1, room - answer.length));
      int written = Math.min(answer.length, room - read);
      System.arraycopy(prompt, prompt.length - read, inputs, length, read);
      System.arraycopy(answer, 0, inputs, length + read, written);
      Arrays.fill(targets, length, length + read, Batch.IGNORED);
      int first = length + read - 1;
      System.arraycopy(answer, 0, targets, first, Math.min(answer.length, written + 1));
      if (written == answer.length) {
        targets[first + written] = endOfText;
      }
      length += read + written;
    }

    void addTo(List<AnswerSequence> sequences) {
      AnswerSequence sequence =
          new AnswerSequence(Arrays.copyOf(inputs, length), Arrays.copyOf(targets, length));
      if (sequence.teaches()) {
        sequences.add(sequence);
      }
      length = 0;
    }
  }
}
