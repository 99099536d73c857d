package dev.stlm.training.internal.finetune;

import dev.stlm.training.internal.data.BatchSource;
import dev.stlm.training.internal.torch.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Shuffled batches of examples, epoch after epoch, one example a sequence.
 *
 * <p>Sequences of a batch are of about one length: an epoch is shuffled, sorted by length within
 * stretches of {@value #STRETCH} batches, cut into batches, and the batches of a stretch shuffled.
 * So little is padded (the end-of-text id, which predicts nothing), and no example sees another, as
 * packed ones would. Lengths are multiples of {@value #STEP}, up to a limit: few shapes, since the
 * engine's memory grows with each new one. The n-th batch follows from seed and n alone.
 */
public final class ExampleBatches implements BatchSource {
  private static final int STRETCH = 64;
  private static final int STEP = 8;

  private final List<AnswerSequence> sequences;
  private final int most;
  private final int endOfText;
  private final long seed;

  // the order of the epoch asked for last
  private long epoch = -1;
  private int[] order = {};

  /**
   * Batches of sequences.
   *
   * @param sequences at least one
   * @param most ids of a sequence
   */
  ExampleBatches(List<AnswerSequence> sequences, int most, int endOfText, long seed) {
    this.sequences = List.copyOf(sequences);
    this.most = most;
    this.endOfText = endOfText;
    this.seed = seed;
  }

  /** Sequences of an epoch. */
  public int perEpoch() {
    return sequences.size();
  }

  /**
   * A batch {@code [groups, sequences, length]}; its length is that of its longest sequence,
   * rounded up. What is left at the end of an epoch and fills no batch is left out; with fewer
   * sequences than a batch has, some are in it twice.
   */
  @Override
  public Batch batch(long first, int groups, int perGroup) {
    int count = Math.multiplyExact(groups, perGroup);
    long number = first / count;
    long batches = Math.max(1, sequences.size() / count);
    long wanted = number / batches;
    if (wanted != epoch || order.length != batches * count) {
      order =
          order(new SplittableRandom(seed ^ wanted * 0x9E3779B97F4A7C15L), (int) batches, count);
      epoch = wanted;
    }
    int from = (int) (number % batches) * count;
    return padded(Arrays.copyOfRange(order, from, from + count), groups, perGroup);
  }

  /** All sequences in batches of one group, longest last: for validation. */
  public List<Batch> all(int perGroup) {
    int[] sorted = new int[sequences.size()];
    Arrays.setAll(sorted, i -> i);
    sort(sorted, 0, sorted.length);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < sorted.length; from += perGroup) {
      int to = Math.min(sorted.length, from + perGroup);
      batches.add(padded(Arrays.copyOfRange(sorted, from, to), 1, to - from));
    }
    return batches;
  }

  private int[] order(SplittableRandom random, int batches, int count) {
    int[] shuffled = new int[Math.max(sequences.size(), count)];
    Arrays.setAll(shuffled, i -> i % sequences.size());
    shuffle(shuffled, 0, shuffled.length, 1, random);
    int[] kept = Arrays.copyOf(shuffled, batches * count);
    for (int from = 0; from < kept.length; from += STRETCH * count) {
      int to = Math.min(kept.length, from + STRETCH * count);
      sort(kept, from, to);
      shuffle(kept, from, (to - from) / count, count, random);
    }
    return kept;
  }

  /** By length; ties stay as they are. */
  private void sort(int[] indices, int from, int to) {
    Integer[] boxed = new Integer[to - from];
    Arrays.setAll(boxed, i -> indices[from + i]);
    Arrays.sort(boxed, Comparator.comparingInt((Integer i) -> sequences.get(i).length()));
    for (int i = 0; i < boxed.length; i++) {
      indices[from + i] = boxed[i];
    }
  }

  /** Puts {@code count} runs of {@code size} numbers into a random order. */
  private static void shuffle(int[] all, int from, int count, int size, SplittableRandom random) {
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      for (int k = 0; k < size; k++) {
        int a = from + i * size + k;
        int b = from + j * size + k;
        int swapped = all[a];
        all[a] = all[b];
        all[b] = swapped;
      }
    }
  }

  private Batch padded(int[] indices, int groups, int perGroup) {
    int length = 0;
    for (int i : indices) {
      length = Math.max(length, sequences.get(i).length());
    }
    length = Math.min(most, Math.ceilDiv(length, STEP) * STEP);
    int[] inputs = new int[indices.length * length];
    int[] targets = new int[indices.length * length];
    Arrays.fill(inputs, endOfText);
    Arrays.fill(targets, Batch.IGNORED);
    for (int i = 0; i < indices.length; i++) {
      AnswerSequence sequence = sequences.get(indices[i]);
      System.arraycopy(sequence.inputs(), 0, inputs, i * length, sequence.length());
      System.arraycopy(sequence.targets(), 0, targets, i * length, sequence.length());
    }
    return new Batch(groups, perGroup, length, inputs, targets);
  }
}
