package dev.stlm.serving.grammar;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link Program} from its end to its start: each method takes where to go on and gives
 * where to begin. Equal instructions are written once, so that alternatives share their ends.
 */
final class ProgramBuilder {
  /** Most instructions of a program. */
  static final int MOST = 20_000;

  private final List<Instruction> program = new ArrayList<>();
  private final Map<Instruction, Integer> known = new HashMap<>();
  private final List<ByteSet> sets = new ArrayList<>();
  private final Map<ByteSet, Integer> setNumbers = new HashMap<>();
  private final List<Integer> rules = new ArrayList<>();

  private record Instruction(byte op, int x, int y) {}

  ProgramBuilder() {}

  /** Goes on with a program that is there. */
  ProgramBuilder(byte[] op, int[] x, int[] y, ByteSet[] sets, int[] rules) {
    for (int i = 0; i < op.length; i++) {
      program.add(new Instruction(op[i], x[i], y[i]));
    }
    for (ByteSet set : sets) {
      number(set);
    }
    Arrays.stream(rules).forEach(this.rules::add);
  }

  Program build(int start) {
    int n = program.size();
    byte[] op = new byte[n];
    int[] x = new int[n];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      Instruction instruction = program.get(i);
      op[i] = instruction.op;
      x[i] = instruction.x;
      y[i] = instruction.y;
    }
    return new Program(
        op,
        x,
        y,
        sets.toArray(ByteSet[]::new),
        rules.stream().mapToInt(Integer::intValue).toArray(),
        start);
  }

  /** The end of a rule or of the whole. */
  int end() {
    return add(new Instruction(Program.RETURN, 0, 0));
  }

  int read(ByteSet set, int next) {
    return add(new Instruction(Program.READ, number(set), next));
  }

  int literal(byte[] bytes, int next) {
    int at = next;
    for (int i = bytes.length - 1; i >= 0; i--) {
      at = read(ByteSet.of(bytes[i] & 0xFF), at);
    }
    return at;
  }

  /** An ASCII text. */
  int literal(String ascii, int next) {
    return literal(ascii.getBytes(java.nio.charset.StandardCharsets.US_ASCII), next);
  }

  int either(int a, int b) {
    return a == b ? a : add(new Instruction(Program.SPLIT, a, b));
  }

  /** One of some beginnings, at least one. */
  int either(List<Integer> options) {
    int at = options.getLast();
    for (int i = options.size() - 2; i >= 0; i--) {
      at = either(options.get(i), at);
    }
    return at;
  }

  /** A place for a split whose branches come later, for loops. */
  int open() {
    return append(new Instruction(Program.SPLIT, -1, -1));
  }

  /** Says where the branches of an open split go. */
  void close(int open, int a, int b) {
    program.set(open, new Instruction(Program.SPLIT, a, b));
  }

  /** A new rule, to be defined before the program is built. */
  int rule() {
    rules.add(-1);
    return rules.size() - 1;
  }

  void define(int rule, int start) {
    rules.set(rule, start);
  }

  int call(int rule, int next) {
    return add(new Instruction(Program.CALL, rule, next));
  }

  /** One of some texts, written as a tree of what they begin with. */
  int anyOf(List<byte[]> texts, int next) {
    long bytes = texts.stream().mapToLong(t -> t.length).sum();
    if (bytes > MOST) {
      throw tooLarge();
    }
    List<byte[]> sorted = new ArrayList<>(texts);
    sorted.sort(Arrays::compareUnsigned);
    return tree(sorted, 0, next);
  }

  /** {@code sorted} agree in their first {@code depth} bytes. */
  private int tree(List<byte[]> sorted, int depth, int next) {
    byte[] first = sorted.getFirst();
    byte[] last = sorted.getLast();
    int mismatch = Arrays.mismatch(first, last);
    int shared = mismatch < 0 ? first.length : mismatch;
    List<Integer> branches = new ArrayList<>();
    int from = 0;
    while (from < sorted.size()) {
      byte[] text = sorted.get(from);
      int to = from + 1;
      if (text.length == shared) {
        branches.add(next);
      } else {
        while (to < sorted.size() && sorted.get(to)[shared] == text[shared]) {
          to++;
        }
        int rest = tree(sorted.subList(from, to), shared + 1, next);
        branches.add(read(ByteSet.of(text[shared] & 0xFF), rest));
      }
      from = to;
    }
    return literal(Arrays.copyOfRange(first, depth, shared), either(branches));
  }

  private int number(ByteSet set) {
    return setNumbers.computeIfAbsent(
        set,
        s -> {
          sets.add(s);
          return sets.size() - 1;
        });
  }

  private int add(Instruction instruction) {
    Integer at = known.get(instruction);
    if (at != null) {
      return at;
    }
    int added = append(instruction);
    known.put(instruction, added);
    return added;
  }

  private int append(Instruction instruction) {
    if (program.size() >= MOST) {
      throw tooLarge();
    }
    program.add(instruction);
    return program.size() - 1;
  }

  private static InvalidInputException tooLarge() {
    return new InvalidInputException(
        "grammar: it needs more than %d steps; make it smaller, or its counts".formatted(MOST));
  }
}
