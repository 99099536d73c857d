package dev.stlm.serving.grammar;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A nondeterministic pushdown automaton over bytes as a list of instructions, in the way of
 * Thompson 1968 with calls: recursion in a schema is a call of a rule, and the stack holds where to
 * go on. Immutable.
 */
final class Program {
  /** Reads a byte of set {@code x}, goes on at {@code y}. */
  static final byte READ = 0;

  /** Goes on at {@code x} and at {@code y}. */
  static final byte SPLIT = 1;

  /** Runs rule {@code x}, then goes on at {@code y}. */
  static final byte CALL = 2;

  /** Ends a rule; with an empty stack the text may end. */
  static final byte RETURN = 3;

  /** Most frames on the stack: how deep texts may nest. */
  static final int DEEPEST = 100;

  private static final int NEVER = Integer.MAX_VALUE / 2;

  private final byte[] op;
  private final int[] x;
  private final int[] y;
  private final ByteSet[] sets;
  private final int[] rules;
  private final int start;
  private final int[] need;

  /**
   * A program whose texts can all be written to their ends.
   *
   * @param rules where each rule starts
   * @param start where the whole starts
   * @throws InvalidInputException if no text can end, a rule calls itself before it reads anything,
   *     or texts must nest deeper than {@link #DEEPEST}
   */
  Program(byte[] op, int[] x, int[] y, ByteSet[] sets, int[] rules, int start) {
    this.op = op;
    this.x = x;
    this.y = y;
    this.sets = sets;
    this.rules = rules;
    this.start = start;
    refuseEmptyRecursion();
    this.need = needs();
    if (need[start] >= NEVER) {
      throw new InvalidInputException("grammar: nothing that keeps to it can ever end");
    }
    if (need[start] > DEEPEST) {
      throw new InvalidInputException(
          "grammar: texts nest %d deep; at most %d is allowed".formatted(need[start], DEEPEST));
    }
  }

  byte op(int at) {
    return op[at];
  }

  int x(int at) {
    return x[at];
  }

  int y(int at) {
    return y[at];
  }

  /** What a {@link #READ} takes. */
  ByteSet set(int at) {
    return sets[x[at]];
  }

  int rule(int number) {
    return rules[number];
  }

  int start() {
    return start;
  }

  /** The same program with bytes in front. */
  Program after(byte[] text) {
    ProgramBuilder longer = new ProgramBuilder(op, x, y, sets, rules);
    return longer.build(longer.literal(text, start));
  }

  /** Frames that it takes at least to get from an instruction to the end of its rule. */
  int need(int at) {
    return need[at];
  }

  /** The least fixed point, from below for ends and upwards through what leads there. */
  private int[] needs() {
    int[] least = new int[op.length];
    Arrays.fill(least, NEVER);
    // what follows an instruction mostly stands before it, so few passes are needed
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int at = 0; at < op.length; at++) {
        int now =
            switch (op[at]) {
              case READ -> least[y[at]];
              case SPLIT -> Math.min(least[x[at]], least[y[at]]);
              case CALL -> Math.max(least[y[at]], Math.min(NEVER, 1 + least[rules[x[at]]]));
              default -> 0;
            };
        if (now < least[at]) {
          least[at] = now;
          changed = true;
        }
      }
    }
    return least;
  }

  private void refuseEmptyRecursion() {
    int[] seen = new int[rules.length];
    for (int rule = 0; rule < rules.length; rule++) {
      descend(rule, seen);
    }
  }

  /** Depth first; 1: on the path, 2: done. */
  private void descend(int rule, int[] seen) {
    if (seen[rule] == 1) {
      throw new InvalidInputException(
          "grammar: a part refers to itself with nothing in between; it has no end");
    }
    if (seen[rule] == 2) {
      return;
    }
    seen[rule] = 1;
    BitSet visited = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.push(rules[rule]);
    while (!open.isEmpty()) {
      int at = open.pop();
      if (visited.get(at)) {
        continue;
      }
      visited.set(at);
      switch (op[at]) {
        case SPLIT -> {
          open.push(x[at]);
          open.push(y[at]);
        }
        case CALL -> {
          descend(x[at], seen);
          open.push(y[at]); // the rule may be empty
        }
        default -> {}
      }
    }
    seen[rule] = 2;
  }
}
