package dev.stlm.serving.grammar;

import org.jspecify.annotations.Nullable;

/**
 * Where a text is in a grammar: all places that its bytes can have led to. Made by {@link
 * ByteAutomaton}, and for its thread.
 */
final class ByteState {
  private final ByteAutomaton automaton;
  private final int[] places;
  private final Frame[] stacks;
  private final ByteSet allowed;
  private final boolean mayEnd;
  private @Nullable ByteState @Nullable [] next;

  /** Which ids keep to the grammar, for a vocabulary with ids of several bytes; made on demand. */
  long @Nullable [] ids;

  /**
   * A state.
   *
   * @param places instructions that read a byte
   * @param stacks the stack of each place
   * @param mayEnd whether the text may end here
   */
  ByteState(
      ByteAutomaton automaton, int[] places, Frame[] stacks, ByteSet allowed, boolean mayEnd) {
    this.automaton = automaton;
    this.places = places;
    this.stacks = stacks;
    this.allowed = allowed;
    this.mayEnd = mayEnd;
  }

  /** Where to go on when the rule above has ended; {@code id} names equal stacks. */
  record Frame(int goOn, @Nullable Frame below, int depth, int id) {}

  /** Whether a byte may follow, 0 to 255. */
  boolean allows(int b) {
    return allowed.contains(b);
  }

  /** Whether the text may end here. */
  boolean mayEnd() {
    return mayEnd;
  }

  /** Whether the text can only end here. */
  boolean complete() {
    return allowed.isEmpty();
  }

  /** The state after a byte that is allowed. */
  ByteState after(int b) {
    if (next == null) {
      next = new ByteState[256];
    }
    ByteState state = next[b];
    if (state == null) {
      state = automaton.step(places, stacks, b);
      next[b] = state;
    }
    return state;
  }
}
