package dev.stlm.serving.grammar;

import dev.stlm.serving.grammar.ByteState.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Program} byte by byte: the set of all its configurations is one state, made when it
 * is first needed and kept (the lazy subset construction, Thompson 1968; stacks are shared as in
 * Tomita 1986).
 *
 * <p>A configuration that could not be brought to its end within {@link Program#DEEPEST} frames is
 * dropped when it appears, so in every state at least one byte is allowed, or the end is. Memory is
 * bounded: states beyond {@value #MOST_STATES} make it forget the old ones; configurations beyond
 * {@value #MOST_PLACES} of one state are dropped, which takes away texts but never allows a wrong
 * one. For one thread.
 */
final class ByteAutomaton {
  private static final int MOST_STATES = 2048;
  private static final int MOST_PLACES = 1024;
  private static final int MOST_VISITED = 4096;

  // what is kept of all states together
  private static final int MOST_PLACES_KEPT = 65_536;
  private static final int MOST_FRAMES = 32_768;

  private final Program program;
  private final Map<Key, ByteState> states = new HashMap<>();
  private final Map<Long, Frame> frames = new HashMap<>();
  private final Frame bottom = new Frame(-1, null, 0, 0);
  private int lastFrame;
  private int placesKept;

  ByteAutomaton(Program program) {
    this.program = program;
  }

  private record Place(int at, Frame stack) {}

  @SuppressWarnings("ArrayRecordComponent") // compared by content
  private record Key(long[] places, boolean mayEnd) {
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Key k && k.mayEnd == mayEnd && Arrays.equals(k.places, places);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(places) * 2 + (mayEnd ? 1 : 0);
    }
  }

  /** The state of an empty text. */
  ByteState start() {
    return closure(List.of(new Place(program.start(), bottom)));
  }

  /** The state after a byte. */
  ByteState step(int[] places, Frame[] stacks, int b) {
    List<Place> reached = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      if (program.set(places[i]).contains(b)) {
        reached.add(new Place(program.y(places[i]), stacks[i]));
      }
    }
    return closure(reached);
  }

  /** Follows everything that reads nothing. */
  private ByteState closure(List<Place> from) {
    Set<Long> visited = new HashSet<>();
    ArrayDeque<Place> open = new ArrayDeque<>();
    List<Place> reading = new ArrayList<>();
    boolean mayEnd = false;
    from.forEach(open::addLast);
    while (!open.isEmpty() && visited.size() < MOST_VISITED && reading.size() < MOST_PLACES) {
      Place place = open.pop();
      int at = place.at;
      Frame stack = place.stack;
      if (stack.depth() + program.need(at) > Program.DEEPEST
          || !visited.add((long) at << 32 | stack.id())) {
        continue;
      }
      switch (program.op(at)) {
        case Program.READ -> reading.add(place);
        case Program.SPLIT -> {
          open.push(new Place(program.y(at), stack));
          open.push(new Place(program.x(at), stack));
        }
        case Program.CALL ->
            open.push(new Place(program.rule(program.x(at)), frame(program.y(at), stack)));
        default -> {
          if (stack.below() == null) {
            mayEnd = true;
          } else {
            open.push(new Place(stack.goOn(), stack.below()));
          }
        }
      }
    }
    return state(reading, mayEnd);
  }

  private ByteState state(List<Place> reading, boolean mayEnd) {
    reading.sort(Comparator.<Place>comparingInt(p -> p.at).thenComparingInt(p -> p.stack.id()));
    long[] key = new long[reading.size()];
    for (int i = 0; i < key.length; i++) {
      key[i] = (long) reading.get(i).at << 32 | reading.get(i).stack.id();
    }
    ByteState known = states.get(new Key(key, mayEnd));
    if (known != null) {
      return known;
    }
    if (states.size() >= MOST_STATES
        || placesKept >= MOST_PLACES_KEPT
        || frames.size() >= MOST_FRAMES) {
      states.clear();
      frames.clear();
      placesKept = 0;
    }
    ByteSet allowed = ByteSet.NONE;
    int[] places = new int[key.length];
    Frame[] stacks = new Frame[key.length];
    for (int i = 0; i < key.length; i++) {
      places[i] = reading.get(i).at;
      stacks[i] = reading.get(i).stack;
      allowed = allowed.plus(program.set(places[i]));
    }
    ByteState state = new ByteState(this, places, stacks, allowed, mayEnd);
    states.put(new Key(key, mayEnd), state);
    placesKept += key.length;
    return state;
  }

  /** The one frame that goes on there, on that stack. */
  private Frame frame(int goOn, Frame below) {
    return frames.computeIfAbsent(
        (long) goOn << 32 | below.id(),
        k -> new Frame(goOn, below, below.depth() + 1, ++lastFrame));
  }
}
