package dev.stlm.training.internal.torch;

import java.util.Arrays;

/** Sequences of ids and the ids that follow them; arrays are not copied. Not changed once made. */
public final class Batch {
  /** A target that the loss does not count. */
  public static final int IGNORED = -100;

  private final int groups;
  private final int sequences;
  private final int length;
  private final int[] inputs;
  private final int[] targets;

  /**
   * A batch.
   *
   * @param groups micro-batches whose gradients are averaged, A
   * @param sequences sequences of a micro-batch, B
   * @param length ids of a sequence, T
   * @param inputs {@code [A, B, T]}
   * @param targets {@code [A, B, T]}: the id after each input, or {@link #IGNORED}
   */
  public Batch(int groups, int sequences, int length, int[] inputs, int[] targets) {
    int size = Math.multiplyExact(Math.multiplyExact(groups, sequences), length);
    if (size == 0 || inputs.length != size || targets.length != size) {
      throw new IllegalArgumentException(
          "%d inputs and %d targets for a batch of %d"
              .formatted(inputs.length, targets.length, size));
    }
    this.groups = groups;
    this.sequences = sequences;
    this.length = length;
    this.inputs = inputs;
    this.targets = targets;
  }

  /** Micro-batches, A. */
  public int groups() {
    return groups;
  }

  /** Sequences of a micro-batch, B. */
  public int sequences() {
    return sequences;
  }

  /** Ids of a sequence, T. */
  public int length() {
    return length;
  }

  /** {@code [A, B, T]}; not to be changed. */
  public int[] inputs() {
    return inputs;
  }

  /** {@code [A, B, T]}: the id after each input, or {@link #IGNORED}; not to be changed. */
  public int[] targets() {
    return targets;
  }

  /** The same with every micro-batch cut into {@code parts}, which divides its sequences. */
  Batch cut(int parts) {
    if (sequences % parts != 0) {
      throw new IllegalArgumentException(sequences + " sequences in " + parts + " parts");
    }
    return parts == 1
        ? this
        : new Batch(groups * parts, sequences / parts, length, inputs, targets);
  }

  /** The targets that the loss counts, in order. */
  public int[] scored() {
    return Arrays.stream(targets).filter(id -> id != IGNORED).toArray();
  }
}
