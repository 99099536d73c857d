package dev.stlm.bench.llamacpp;

import dev.stlm.bench.speed.Quartiles;

/**
 * One kind of work, done in turns by both.
 *
 * @param work {@code decode} or {@code prompt}
 * @param threads of each
 * @param ours ids a second
 * @param theirs ids a second
 * @param ratio ours over theirs, turn by turn
 * @param ourCpu seconds of CPU per thousand ids, the median
 * @param theirCpu the same of llama.cpp
 */
public record Duel(
    String work,
    int threads,
    Quartiles ours,
    Quartiles theirs,
    Quartiles ratio,
    double ourCpu,
    double theirCpu) {

  /**
   * Figures of timings.
   *
   * @param ids of one turn
   */
  static Duel of(String work, int threads, int ids, Timing[] ours, Timing[] theirs) {
    int turns = ours.length;
    double[] ourRates = new double[turns];
    double[] theirRates = new double[turns];
    double[] ratios = new double[turns];
    double[] ourCpu = new double[turns];
    double[] theirCpu = new double[turns];
    for (int i = 0; i < turns; i++) {
      ourRates[i] = ids / ours[i].wall();
      theirRates[i] = ids / theirs[i].wall();
      ratios[i] = theirs[i].wall() / ours[i].wall();
      ourCpu[i] = 1000 * ours[i].cpu() / ids;
      theirCpu[i] = 1000 * theirs[i].cpu() / ids;
    }
    return new Duel(
        work,
        threads,
        Quartiles.of(ourRates),
        Quartiles.of(theirRates),
        Quartiles.of(ratios),
        Quartiles.of(ourCpu).median(),
        Quartiles.of(theirCpu).median());
  }
}
