package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.GenerationListener.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** What the engine's thread works on, and one step of that work. Belongs to that thread. */
final class EngineStep {
  private static final Logger LOG = Logger.getLogger(EngineStep.class);

  /** Ids of a prompt that are read between two steps of the others. */
  private static final int CHUNK = 256;

  private final LanguageModel model;
  private final EngineObserver observer;
  private final ArrayDeque<PromptReading> reading = new ArrayDeque<>();
  private final List<Sample> running = new ArrayList<>();
  private int sequences;

  EngineStep(LanguageModel model, EngineObserver observer) {
    this.model = model;
    this.observer = observer;
  }

  /** Sequences that are read or continued. */
  int sequences() {
    return sequences;
  }

  void add(Generation generation) {
    try {
      reading.add(new PromptReading(generation, model));
      sequences += generation.request().samples();
    } catch (RuntimeException e) {
      LOG.error("No session for a request", e);
      fail(generation, Failure.INTERNAL);
    }
  }

  /** Reads a chunk of one prompt, then advances every sample by one token. */
  void run() {
    dropWhatIsOver();
    readPrompt();
    advance();
  }

  /** Ends everything. */
  void stop(Failure why) {
    removeAll(g -> true, why);
  }

  /** Ends a request that waited too long or that nobody waits for. */
  void drop(Generation generation) {
    if (generation.cancelled()) {
      observer.ended("cancelled");
    } else {
      fail(generation, Failure.TIMEOUT);
    }
  }

  void fail(Generation generation, Failure failure) {
    observer.ended(
        switch (failure) {
          case TIMEOUT -> "timeout";
          case STOPPING -> "stopping";
          case INTERNAL -> "internal";
        });
    if (generation.cancelled()) {
      return;
    }
    generation.cancel();
    try {
      generation.listener().failed(failure);
    } catch (RuntimeException e) {
      LOG.error("A listener failed", e);
    }
  }

  private void dropWhatIsOver() {
    removeAll(g -> g.cancelled() || g.late(), Failure.TIMEOUT);
  }

  private void removeAll(Predicate<Generation> over, Failure failure) {
    Set<Generation> ended = new LinkedHashSet<>();
    for (Iterator<PromptReading> it = reading.iterator(); it.hasNext(); ) {
      PromptReading prompt = it.next();
      if (over.test(prompt.generation())) {
        it.remove();
        sequences -= prompt.generation().request().samples();
        prompt.session().close();
        ended.add(prompt.generation());
      }
    }
    for (Iterator<Sample> it = running.iterator(); it.hasNext(); ) {
      Sample c = it.next();
      if (over.test(c.generation())) {
        it.remove();
        sequences--;
        c.close();
        ended.add(c.generation());
      }
    }
    for (Generation generation : ended) {
      if (generation.cancelled()) {
        observer.ended("cancelled");
      } else {
        fail(generation, failure);
      }
    }
  }

  private void readPrompt() {
    // stays in the queue until it is done, so that it is found if this thread dies over it
    PromptReading prompt = reading.peek();
    if (prompt == null) {
      return;
    }
    Generation generation = prompt.generation();
    try {
      observer.promptRead(prompt.readChunk(CHUNK));
      if (prompt.complete()) {
        start(prompt);
        reading.remove();
      } else {
        reading.addLast(reading.remove());
      }
    } catch (RuntimeException e) {
      LOG.error("Reading a prompt failed", e);
      reading.remove();
      prompt.session().close();
      running.removeIf(c -> c.generation() == generation);
      sequences -= generation.request().samples();
      fail(generation, Failure.INTERNAL);
    }
  }

  /** Forks the session that has read the prompt for every sample that goes on. */
  private void start(PromptReading prompt) {
    Generation generation = prompt.generation();
    GenerationRequest request = generation.request();
    if (request.scorePrompt()) {
      generation.listener().promptScored(prompt.scores());
    }
    List<Sample> started = new ArrayList<>();
    for (int index = 0; index < request.samples(); index++) {
      if (request.maxTokens() == 0) {
        generation.listener().finished(index, FinishReason.LENGTH, 0);
        continue;
      }
      Sample sample = new Sample(generation, model.tokenizer(), index);
      advance(sample, prompt.logits().clone());
      if (!sample.done()) {
        sample.own(started.isEmpty() ? prompt.session() : prompt.session().fork());
        started.add(sample);
      }
    }
    running.addAll(started);
    sequences -= request.samples() - started.size();
    if (started.isEmpty()) {
      prompt.session().close();
      observer.ended("ok");
    }
  }

  private void advance() {
    if (running.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    List<Session> sessions = new ArrayList<>(running.size());
    List<int[]> ids = new ArrayList<>(running.size());
    for (Sample c : running) {
      sessions.add(c.session());
      ids.add(new int[] {c.next()});
    }
    List<float[]> logits;
    try {
      logits = model.append(sessions, ids);
      for (int i = 0; i < logits.size(); i++) {
        advance(running.get(i), logits.get(i));
      }
    } catch (RuntimeException e) {
      LOG.error("A step of the model failed", e);
      removeAll(g -> running.stream().anyMatch(c -> c.generation() == g), Failure.INTERNAL);
      return;
    }
    observer.step(sessions.size(), System.nanoTime() - start);
    removeDone();
  }

  private void advance(Sample sample, float[] logits) {
    long first = sample.generation().firstToken();
    if (first >= 0) {
      observer.firstToken(first);
    }
    observer.generated(sample.advance(logits));
  }

  private void removeDone() {
    Set<Generation> finished = new LinkedHashSet<>();
    for (Iterator<Sample> it = running.iterator(); it.hasNext(); ) {
      Sample c = it.next();
      if (c.done()) {
        it.remove();
        sequences--;
        c.close();
        finished.add(c.generation());
      }
    }
    for (Generation generation : finished) {
      if (running.stream().noneMatch(c -> c.generation() == generation)) {
        observer.ended("ok");
      }
    }
  }
}
