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

  /** Ids of prompts, and of texts to embed, that are read between two steps of the others. */
  private static final int CHUNK = 256;

  private final LanguageModel model;
  private final EngineObserver observer;
  private final PrefixCache cache;
  private final EmbeddingStep embeddings;
  private final ArrayDeque<PromptReading> reading = new ArrayDeque<>();
  private final List<Running> running = new ArrayList<>();
  private int sequences;

  /** A sample that goes on. */
  private record Running(Sample sample, ReadIds read, PrefixCache.Scores scores) {
    Generation generation() {
      return sample.generation();
    }
  }

  EngineStep(LanguageModel model, long cacheBytes, EngineObserver observer) {
    this.model = model;
    this.observer = observer;
    this.cache = new PrefixCache(model, cacheBytes);
    this.embeddings = new EmbeddingStep(model, observer);
  }

  /** Sequences that are read or continued. */
  int sequences() {
    return sequences + embeddings.sequences();
  }

  void add(Work work) {
    observer.admitted(work.nanosSinceArrival());
    switch (work) {
      case Generation generation -> {
        reading.add(new PromptReading(generation, model, cache));
        sequences += generation.sequences();
      }
      case Embedding embedding -> {
        try {
          embeddings.add(embedding);
        } catch (RuntimeException e) {
          LOG.error("No session for a request", e);
          fail(embedding, Failure.INTERNAL);
        }
      }
    }
  }

  /** Reads a chunk of prompts and of texts to embed, then advances every sample by one token. */
  void run() {
    removeAll(w -> w.cancelled() || w.late(), Failure.TIMEOUT);
    readPrompts();
    embed();
    advance();
    observer.prefixCache(cache.bytes());
  }

  /** Ends everything. */
  void stop(Failure why) {
    removeAll(w -> true, why);
    cache.clear();
    observer.prefixCache(0);
  }

  /** Ends a request that waited too long or that nobody waits for. */
  void drop(Work work) {
    if (work.cancelled()) {
      observer.ended("cancelled");
    } else {
      fail(work, Failure.TIMEOUT);
    }
  }

  void fail(Work work, Failure failure) {
    observer.ended(
        switch (failure) {
          case TIMEOUT -> "timeout";
          case STOPPING -> "stopping";
          case INTERNAL -> "internal";
        });
    if (work.cancelled()) {
      return;
    }
    work.cancel();
    try {
      work.failed(failure);
    } catch (RuntimeException e) {
      LOG.error("A listener failed", e);
    }
  }

  private void removeAll(Predicate<Work> over, Failure failure) {
    Set<Work> ended = new LinkedHashSet<>(embeddings.removeIf(over));
    for (Iterator<PromptReading> it = reading.iterator(); it.hasNext(); ) {
      PromptReading prompt = it.next();
      if (over.test(prompt.generation())) {
        it.remove();
        sequences -= prompt.generation().sequences();
        prompt.close();
        ended.add(prompt.generation());
      }
    }
    for (Iterator<Running> it = running.iterator(); it.hasNext(); ) {
      Running r = it.next();
      if (over.test(r.generation())) {
        it.remove();
        sequences--;
        r.sample().close();
        ended.add(r.generation());
      }
    }
    for (Work work : ended) {
      if (work.cancelled()) {
        observer.ended("cancelled");
      } else {
        fail(work, failure);
      }
    }
  }

  /** Reads prompts, each once and at most {@link #CHUNK} ids of all. */
  private void readPrompts() {
    int left = CHUNK;
    for (int prompts = reading.size(); prompts > 0 && left > 0; prompts--) {
      left -= readPrompt(left);
    }
  }

  /**
   * Reads the first of the prompts, at most {@code limit} ids of it; one that is not at its end
   * goes behind the others.
   *
   * @return how many ids were read
   */
  private int readPrompt(int limit) {
    // stays in the queue until it is done, so that it is found if this thread dies over it
    PromptReading prompt = reading.element();
    Generation generation = prompt.generation();
    try {
      if (!prompt.begun()) {
        observer.prefixReused(prompt.begin());
      }
      int read = prompt.readChunk(limit);
      observer.promptRead(read);
      if (prompt.complete()) {
        start(prompt);
        reading.remove();
      } else {
        reading.addLast(reading.remove());
      }
      return read;
    } catch (RuntimeException e) {
      LOG.error("Reading a prompt failed", e);
      reading.remove();
      prompt.close();
      sequences -= generation.sequences();
      fail(generation, Failure.INTERNAL);
      return 0;
    }
  }

  /** Forks the session that has read the prompt for every sample that goes on. */
  private void start(PromptReading prompt) {
    Generation generation = prompt.generation();
    GenerationRequest request = generation.request();
    if (request.scorePrompt()) {
      generation.listener().promptScored(prompt.scores());
    }
    PrefixCache.Scores scores = prompt.keptScores();
    boolean kept = cache.wants(request.prompt().length());
    List<Running> started = new ArrayList<>();
    try {
      for (int index = 0; index < request.samples(); index++) {
        if (request.maxTokens() == 0) {
          generation.listener().finished(index, FinishReason.LENGTH, 0);
          continue;
        }
        Sample sample = new Sample(generation, model.tokenizer(), index);
        advance(sample, prompt.logits().clone());
        if (!sample.done()) {
          boolean last = started.isEmpty() && !kept;
          sample.own(last ? prompt.session() : prompt.session().fork());
          started.add(new Running(sample, new ReadIds(request.prompt().ids()), scores));
        }
      }
    } catch (RuntimeException e) {
      started.forEach(r -> r.sample().close());
      throw e;
    }
    if (kept) {
      // the next prompt may begin like this one
      cache.keep(request.prompt().ids(), prompt.session(), scores);
    } else if (started.isEmpty()) {
      prompt.close();
    }
    running.addAll(started);
    sequences -= request.samples() - started.size();
    if (started.isEmpty()) {
      observer.ended("ok");
    }
  }

  private void embed() {
    try {
      embeddings.run(CHUNK).forEach(done -> observer.ended("ok"));
    } catch (RuntimeException e) {
      LOG.error("Embedding texts failed", e);
      embeddings.removeIf(w -> true).forEach(w -> fail(w, Failure.INTERNAL));
    }
  }

  private void advance() {
    if (running.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    List<Session> sessions = new ArrayList<>(running.size());
    List<int[]> ids = new ArrayList<>(running.size());
    for (Running r : running) {
      sessions.add(r.sample().session());
      ids.add(new int[] {r.sample().next()});
    }
    try {
      List<float[]> logits = model.append(sessions, ids);
      for (int i = 0; i < logits.size(); i++) {
        running.get(i).read().add(ids.get(i)[0]);
        advance(running.get(i).sample(), logits.get(i));
      }
    } catch (RuntimeException e) {
      LOG.error("A step of the model failed", e);
      removeAll(w -> running.stream().anyMatch(r -> r.generation() == w), Failure.INTERNAL);
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
    sample.generation().flow().charge(FairQueue.GENERATED);
    sample.advance(logits, observer);
  }

  private void removeDone() {
    Set<Generation> finished = new LinkedHashSet<>();
    for (Iterator<Running> it = running.iterator(); it.hasNext(); ) {
      Running r = it.next();
      if (r.sample().done()) {
        it.remove();
        sequences--;
        cache.keep(r.read().toArray(), r.sample().session(), r.scores());
        finished.add(r.generation());
      }
    }
    for (Generation generation : finished) {
      if (running.stream().noneMatch(r -> r.generation() == generation)) {
        observer.ended("ok");
      }
    }
  }
}
