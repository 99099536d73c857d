package dev.stlm.serving.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What waits for an engine. The next is always of the client that has been given least, so a client
 * with hundreds of requests delays another by one of them; those of one client come in order.
 *
 * <p>This is the virtual token counter of Sheng et al. (Fairness in Serving Large Language Models,
 * OSDI 2024): a token that is read costs 1, one that is generated {@link #GENERATED}, and a client
 * that comes back starts no lower than the least of those who wait. Not thread-safe; the engine's
 * lock guards it.
 */
final class FairQueue {
  /** Cost of a generated token, in tokens that are read. */
  static final int GENERATED = 2;

  private static final int MOST_IDLE_FLOWS = 1024;

  private final Map<String, Flow> flows = new LinkedHashMap<>();
  private int sequences;

  /** The flow of a client. */
  Flow flow(String client) {
    if (sequences == 0 || flows.size() > MOST_IDLE_FLOWS) {
      // nobody competes, or many have left: what they were given counts no longer
      flows.values().removeIf(f -> f.waiting.isEmpty());
    }
    return flows.computeIfAbsent(client, c -> new Flow());
  }

  /** Adds at the end of its flow, which {@link #flow} gave. */
  void add(Work work) {
    Flow flow = work.flow();
    if (flow.waiting.isEmpty()) {
      least().ifPresent(other -> flow.liftTo(other.served()));
    }
    flow.waiting.add(work);
    flow.waitingSequences += work.sequences();
    sequences += work.sequences();
  }

  /** The next to be served. */
  Optional<Work> peek() {
    return least().map(flow -> flow.waiting.element());
  }

  /** Takes what {@link #peek} gives, at the cost of its prompt. */
  Work remove() {
    Flow flow = least().orElseThrow();
    Work work = flow.waiting.remove();
    count(work);
    flow.charge(work.promptTokens());
    return work;
  }

  /** Takes out what a condition holds for. */
  List<Work> removeIf(Predicate<Work> condition) {
    List<Work> removed = new ArrayList<>();
    for (Flow flow : flows.values()) {
      flow.waiting.removeIf(work -> {
        boolean out = condition.test(work);
        if (out) {
          removed.add(work);
        }
        return out;
      });
    }
    removed.forEach(this::count);
    return removed;
  }

  private void count(Work removed) {
    removed.flow().waitingSequences -= removed.sequences();
    sequences -= removed.sequences();
  }

  boolean isEmpty() {
    return sequences == 0;
  }

  /** Sequences of all that waits. */
  int sequences() {
    return sequences;
  }

  private Optional<Flow> least() {
    return flows.values().stream()
        .filter(f -> !f.waiting.isEmpty())
        .min(Comparator.comparingLong(Flow::served));
  }
}
