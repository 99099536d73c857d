package dev.stlm.serving.engine;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/** One client of an engine: what of it waits, in order of arrival, and what it has been given. */
final class Flow {
  final ArrayDeque<Work> waiting = new ArrayDeque<>();
  int waitingSequences;

  private final AtomicLong served = new AtomicLong();

  /** What it has been given, in read tokens; from any thread. */
  long served() {
    return served.get();
  }

  /** Counts what it is given; from any thread. */
  void charge(long tokens) {
    served.addAndGet(tokens);
  }

  /** It was away: no claim is kept from that time. */
  void liftTo(long others) {
    served.accumulateAndGet(others, Math::max);
  }
}
