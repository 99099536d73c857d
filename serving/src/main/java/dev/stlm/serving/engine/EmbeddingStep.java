package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** The texts that are being embedded, and one step of them. Belongs to the engine's thread. */
final class EmbeddingStep {
  private final LanguageModel model;
  private final EngineObserver observer;
  private final List<EmbeddingReading> reading = new ArrayList<>();

  EmbeddingStep(LanguageModel model, EngineObserver observer) {
    this.model = model;
    this.observer = observer;
  }

  void add(Embedding embedding) {
    reading.add(new EmbeddingReading(embedding, model.newSession(), model.config().width()));
  }

  int sequences() {
    return reading.size();
  }

  /** Takes out what a condition holds for. */
  List<Work> removeIf(Predicate<Work> condition) {
    List<Work> removed = new ArrayList<>();
    for (Iterator<EmbeddingReading> it = reading.iterator(); it.hasNext(); ) {
      EmbeddingReading r = it.next();
      if (condition.test(r.embedding())) {
        it.remove();
        r.session().close();
        removed.add(r.embedding());
      }
    }
    return removed;
  }

  /**
   * Reads at most {@code limit} ids, of the first texts, in one batch.
   *
   * @return the embeddings that are complete with these, their listeners told
   */
  List<Work> run(int limit) {
    List<EmbeddingReading> batch = new ArrayList<>();
    List<Session> sessions = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    int room = limit;
    for (EmbeddingReading r : reading) {
      if (room == 0) {
        break;
      }
      int count = Math.min(room, r.left());
      batch.add(r);
      sessions.add(r.session());
      ids.add(r.next(count));
      room -= count;
    }
    if (batch.isEmpty()) {
      return List.of();
    }
    model.vectors(sessions, ids, (sequence, index, vector) -> batch.get(sequence).add(vector));
    observer.promptRead(limit - room);
    batch.removeIf(r -> r.left() > 0);
    for (EmbeddingReading done : batch) {
      reading.remove(done);
      done.session().close();
      done.embedding().listener().embedded(done.result());
    }
    return batch.stream().<Work>map(EmbeddingReading::embedding).toList();
  }
}
