package dev.stlm.serving.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The prompts that are being read: the first one to its end, unless that is far: after {@value
 * #TURN} ids of a turn it goes behind the others. Belongs to the engine's thread.
 */
final class PromptQueue {
  /** Fewer would let many prompts wait for each other's parts, and all be late. */
  private static final int TURN = 256;

  private final EngineObserver observer;
  private final ArrayDeque<PromptReading> prompts = new ArrayDeque<>();

  PromptQueue(EngineObserver observer) {
    this.observer = observer;
  }

  void add(PromptReading prompt) {
    prompts.addLast(prompt);
  }

  /** Takes out, and closes, what a condition holds for. */
  List<Generation> removeIf(Predicate<Work> condition) {
    List<Generation> removed = new ArrayList<>();
    for (Iterator<PromptReading> it = prompts.iterator(); it.hasNext(); ) {
      PromptReading prompt = it.next();
      if (condition.test(prompt.generation())) {
        it.remove();
        prompt.close();
        removed.add(prompt.generation());
      }
    }
    return removed;
  }

  /**
   * The prompts that the next step reads, each with the ids that it reads. They stay in the queue
   * until they are read, so that they are found if the step dies over them.
   *
   * @param limit ids of all
   * @param failed told of those that could not begin
   */
  List<PromptReading> turn(int limit, BiConsumer<PromptReading, RuntimeException> failed) {
    List<PromptReading> before =
        new ArrayList<>(prompts.stream().filter(PromptReading::begun).toList());
    List<PromptReading> turn = new ArrayList<>();
    int left = limit;
    for (PromptReading prompt : List.copyOf(prompts)) {
      if (left == 0) {
        break;
      }
      if (!prompt.begun()) {
        if (before.stream().anyMatch(prompt::betterAfter)) {
          continue;
        }
        try {
          observer.prefixReused(prompt.begin());
        } catch (RuntimeException e) {
          failed.accept(prompt, e);
          continue;
        }
        before.add(prompt);
      }
      left -= prompt.choose(left);
      turn.add(prompt);
    }
    return turn;
  }

  /** A prompt was read to its end, or failed. */
  void remove(PromptReading prompt) {
    prompts.remove(prompt);
  }

  /** A prompt has had more of its turn. */
  void goOn(PromptReading prompt) {
    if (prompt.readInTurn() >= TURN) {
      prompt.endTurn();
      prompts.remove(prompt);
      prompts.addLast(prompt);
    }
  }
}
