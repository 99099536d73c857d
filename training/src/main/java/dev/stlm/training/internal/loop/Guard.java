package dev.stlm.training.internal.loop;

/**
 * What a run does when its loss is not a number: it goes back to the last good weights, leaves out
 * the data that it had then, and learns more slowly for a while. All of it follows from the steps
 * that failed, so a resumed run does the same.
 */
final class Guard {
  /** Learning rates are multiplied by this for each failure. */
  private static final double SLOWER = 0.5;

  /** A failure is forgotten after so many steps. */
  static final int CALM = 200;

  /** Failures, none of them forgotten, at which a run gives up. */
  static final int MOST = 6;

  /**
   * The failures of a run.
   *
   * @param recent failures that are not forgotten as of the last
   * @param lastStep step of the last; 0 if there was none
   * @param total failures of the whole run
   */
  public record State(int recent, long lastStep, long total) {
    /** None. */
    public static final State CALM = new State(0, 0, 0);
  }

  private State state;

  Guard(State state) {
    this.state = state;
  }

  State state() {
    return state;
  }

  /** What the learning rate of a step is multiplied by. */
  double rateFactor(long step) {
    return Math.pow(SLOWER, recent(step));
  }

  /**
   * A step failed.
   *
   * @return whether the run goes on
   */
  boolean failed(long step) {
    state = new State(recent(step) + 1, step, state.total() + 1);
    return state.recent() < MOST;
  }

  private int recent(long step) {
    return step - state.lastStep() > CALM ? 0 : state.recent();
  }
}
