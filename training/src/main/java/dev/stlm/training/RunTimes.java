package dev.stlm.training;

/**
 * Where the time of a run went, in seconds, resumed runs included. The parts do not overlap and are
 * all of it, from the call of {@link TrainingRun#run()} on.
 *
 * @param setUp opening texts, copying the model to the device, compiling the step
 * @param engine steps: forward, backward and update
 * @param validation measuring the held-out text, in the engine
 * @param data waiting for the next batch
 * @param checkpoints copying weights out of the engine and writing them
 * @param samples writing sample texts
 * @param exchange waiting for other workers, where there is an outer loop
 * @param listeners those who hear of the run: progress, metrics, whatever was added
 * @param rest everything else
 */
public record RunTimes(
    double setUp,
    double engine,
    double validation,
    double data,
    double checkpoints,
    double samples,
    double exchange,
    double listeners,
    double rest) {
  /** Nothing yet. */
  public static final RunTimes NONE = new RunTimes(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** All of it. */
  public double total() {
    return engine + validation + outside();
  }

  /** What was not spent in the engine. */
  public double outside() {
    return setUp + data + checkpoints + samples + exchange + listeners + rest;
  }

  /** The share that was not spent in the engine, from 0 to 1. */
  public double outsideShare() {
    return total() > 0 ? outside() / total() : 0;
  }
}
