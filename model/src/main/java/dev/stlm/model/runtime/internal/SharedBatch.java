package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel.BatchLogitsSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A batch whose sessions are shared among threads, each of which has a pass of its own: threads
 * then wait for each other once a batch, not at every product. What comes out is the same bits,
 * since no session depends on what is beside it.
 *
 * <p>Results are kept until all shares are done, for the sink hears of them on the thread that
 * appends. That takes memory, so batches with many results are not shared, nor are batches with few
 * rows, or with most of them in one session.
 */
final class SharedBatch {
  /** Fewer rows of a share cost nearly as much as one after the other. */
  private static final int FEWEST_ROWS = 4;

  /** The largest share may have so many times the rows of a fair one. */
  private static final double UNFAIR = 1.25;

  /** Most floats of results. */
  private static final long MOST_FLOATS = 1 << 20;

  private final List<int[]> ids;
  private final int[][] shares; // sessions of each
  private final boolean[][] wanted; // [session][index]
  private final float[][][] results; // [session][index], of those that are wanted

  private SharedBatch(List<int[]> ids, int[][] shares, boolean[][] wanted) {
    this.ids = ids;
    this.shares = shares;
    this.wanted = wanted;
    this.results = new float[ids.size()][][];
    for (int i = 0; i < results.length; i++) {
      results[i] = new float[ids.get(i).length][];
    }
  }

  /**
   * Shares of a batch, if it is worth sharing.
   *
   * @param sink asked for what it wants
   * @param width floats of a result
   */
  static Optional<SharedBatch> of(List<int[]> ids, BatchLogitsSink sink, int width, int threads) {
    int rows = ids.stream().mapToInt(a -> a.length).sum();
    if (threads < 2 || ids.size() < threads || rows < FEWEST_ROWS * threads) {
      return Optional.empty();
    }
    List<List<Integer>> shares = new ArrayList<>();
    int[] load = new int[threads];
    for (int i = 0; i < threads; i++) {
      shares.add(new ArrayList<>());
    }
    int[] longestFirst =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -ids.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    for (int session : longestFirst) {
      int least = 0;
      for (int i = 1; i < threads; i++) {
        least = load[i] < load[least] ? i : least;
      }
      shares.get(least).add(session);
      load[least] += ids.get(session).length;
    }
    int most = IntStream.of(load).max().orElse(0);
    if (most > UNFAIR * rows / threads) {
      return Optional.empty();
    }
    boolean[][] wanted = new boolean[ids.size()][];
    long floats = 0;
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = new boolean[ids.get(i).length];
      for (int j = 0; j < wanted[i].length; j++) {
        wanted[i][j] = sink.wants(i, j);
        floats += wanted[i][j] ? width : 0;
      }
    }
    return floats > MOST_FLOATS
        ? Optional.empty()
        : Optional.of(
            new SharedBatch(
                ids,
                shares.stream()
                    .map(s -> s.stream().mapToInt(i -> i).toArray())
                    .toArray(int[][]::new),
                wanted));
  }

  int shares() {
    return shares.length;
  }

  /** The elements of a list that belong to the sessions of a share. */
  <T> List<T> of(int share, List<T> all) {
    return IntStream.of(shares[share]).mapToObj(all::get).toList();
  }

  /** The ids of a share. */
  List<int[]> ids(int share) {
    return of(share, ids);
  }

  /** Keeps the results of a share. */
  BatchLogitsSink sink(int share) {
    int[] sessions = shares[share];
    return new BatchLogitsSink() {
      @Override
      public boolean wants(int sequence, int index) {
        return wanted[sessions[sequence]][index];
      }

      @Override
      public void accept(int sequence, int index, float[] row) {
        results[sessions[sequence]][index] = row.clone();
      }
    };
  }

  /** Gives the results of all shares to a sink, session by session. */
  void deliver(BatchLogitsSink sink) {
    for (int i = 0; i < results.length; i++) {
      for (int j = 0; j < results[i].length; j++) {
        if (wanted[i][j]) {
          sink.accept(i, j, results[i][j]);
        }
      }
    }
  }
}
