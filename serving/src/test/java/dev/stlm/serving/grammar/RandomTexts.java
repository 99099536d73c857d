package dev.stlm.serving.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Texts that a grammar allows, byte by byte at random, and whether it allows given ones. */
final class RandomTexts {
  private RandomTexts() {}

  /**
   * A text that ends where the grammar lets it, with a chance of a third; beyond {@code length}
   * bytes the shortest way to an end is taken once one is near.
   */
  static byte[] next(Grammar grammar, Random random, int length) {
    ByteState state = new ByteAutomaton(grammar.program()).start();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (!state.complete() && !(state.mayEnd() && random.nextInt(3) == 0)) {
      boolean full = text.size() > length;
      if (full) {
        byte[] end = shortestEnd(state);
        if (end != null) {
          text.writeBytes(end);
          break;
        }
      }
      int b = choose(state, random, full);
      text.write(b);
      state = state.after(b);
    }
    return text.toByteArray();
  }

  /** The shortest way to an end, if it leads through few states. */
  private static byte @Nullable [] shortestEnd(ByteState from) {
    Map<ByteState, byte[]> ways = new HashMap<>();
    Deque<ByteState> open = new ArrayDeque<>();
    ways.put(from, new byte[0]);
    open.add(from);
    while (!open.isEmpty() && ways.size() < 1000) {
      ByteState state = open.remove();
      byte[] way = ways.getOrDefault(state, new byte[0]);
      if (state.mayEnd()) {
        return way;
      }
      for (int b = 0; b < 256; b++) {
        if (state.allows(b) && !ways.containsKey(state.after(b))) {
          byte[] longer = Arrays.copyOf(way, way.length + 1);
          longer[way.length] = (byte) b;
          ways.put(state.after(b), longer);
          open.add(state.after(b));
        }
      }
    }
    return null;
  }

  private static int choose(ByteState state, Random random, boolean closing) {
    List<Integer> allowed = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      if (state.allows(b)) {
        allowed.add(b);
      }
    }
    if (allowed.isEmpty()) {
      throw new AssertionError("a state without an end and without a byte");
    }
    if (closing) {
      for (int b : new int[] {'"', '}', ']'}) {
        if (state.allows(b)) {
          return b;
        }
      }
    }
    return allowed.get(random.nextInt(allowed.size()));
  }

  static boolean matches(Grammar grammar, byte[] text) {
    ByteState state = new ByteAutomaton(grammar.program()).start();
    for (byte b : text) {
      if (!state.allows(b & 0xFF)) {
        return false;
      }
      state = state.after(b & 0xFF);
    }
    return state.mayEnd();
  }

  static boolean matches(Grammar grammar, String text) {
    return matches(grammar, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The characters of bytes, which must be UTF-8. */
  static String utf8(byte[] text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("not UTF-8", e);
    }
  }
}
