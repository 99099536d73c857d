package dev.stlm.training.internal.data;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Windows of several orders, each with a share of them.
 *
 * <p>Windows come in cycles of 65,536. In every cycle each order has the same number of windows,
 * its share rounded, and at least one; which place of a cycle belongs to which order is shuffled
 * anew, from the seed and the number of the cycle. So the n-th window of the mixture is a function
 * of n alone, and each order is read in its own order from the start on.
 */
public final class MixedWindows implements WindowOrder {
  static final int CYCLE = 1 << 16;

  private final List<WindowOrder> orders;
  private final int[] perCycle;
  private final long seed;
  private final double bytesPerWindow;

  // the cycle asked for last: whose a place is, and how many places before it are of the same order
  private long cycle = -1;
  private final int[] owners = new int[CYCLE];
  private final int[] ranks = new int[CYCLE];

  /**
   * A mixture.
   *
   * @param orders of windows of one length, at most 1000
   * @param shares of the windows, in any unit, each above 0
   */
  public MixedWindows(List<WindowOrder> orders, double[] shares, long seed) {
    if (orders.isEmpty() || orders.size() > 1000 || orders.size() != shares.length) {
      throw new IllegalArgumentException(orders.size() + " orders, " + shares.length + " shares");
    }
    this.orders = List.copyOf(orders);
    this.perCycle = places(shares);
    this.seed = seed;
    double bytes = 0;
    for (int i = 0; i < perCycle.length; i++) {
      bytes += perCycle[i] / (double) CYCLE * orders.get(i).bytesPerWindow();
    }
    this.bytesPerWindow = bytes;
  }

  /** Windows of each order in a cycle. */
  int[] perCycle() {
    return perCycle.clone();
  }

  @Override
  public int length() {
    return orders.getFirst().length();
  }

  @Override
  public double bytesPerWindow() {
    return bytesPerWindow;
  }

  @Override
  public void fill(long window, int[] inputs, int[] targets, int at) {
    long wanted = window / CYCLE;
    if (wanted != cycle) {
      shuffle(wanted);
    }
    int place = (int) (window % CYCLE);
    int owner = owners[place];
    orders.get(owner).fill(wanted * perCycle[owner] + ranks[place], inputs, targets, at);
  }

  private void shuffle(long wanted) {
    int at = 0;
    for (int i = 0; i < perCycle.length; i++) {
      Arrays.fill(owners, at, at + perCycle[i], i);
      at += perCycle[i];
    }
    SplittableRandom random = new SplittableRandom(seed ^ wanted * 0x9E3779B97F4A7C15L);
    for (int i = CYCLE - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int owner = owners[i];
      owners[i] = owners[j];
      owners[j] = owner;
    }
    int[] seen = new int[perCycle.length];
    for (int i = 0; i < CYCLE; i++) {
      ranks[i] = seen[owners[i]]++;
    }
    cycle = wanted;
  }

  /** Shares in whole places: rounded down, at least one, the rest to the largest. */
  private static int[] places(double[] shares) {
    double sum = Arrays.stream(shares).sum();
    int[] places = new int[shares.length];
    int largest = 0;
    int left = CYCLE;
    for (int i = 0; i < shares.length; i++) {
      places[i] = Math.max(1, (int) (CYCLE * shares[i] / sum));
      left -= places[i];
      largest = shares[i] > shares[largest] ? i : largest;
    }
    places[largest] += left;
    return places;
  }
}
