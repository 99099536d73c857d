package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.GenerationListener.Failure;
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

  /** Ids of prompts, and of texts to embed, that a step reads at most. */
  private static final int CHUNK = 256;

  private final LanguageModel model;
  private final EngineObserver observer;
  private final PrefixCache cache;
  private final EmbeddingStep embeddings;
  private final PromptQueue prompts;
  private final List<Running> running = new ArrayList<>();
  private int sequences;

  EngineStep(LanguageModel model, long cacheBytes, EngineObserver observer) {
    this.model = model;
    this.observer = observer;
    this.cache = new PrefixCache(model, cacheBytes);
    this.embeddings = new EmbeddingStep(model, observer);
    this.prompts = new PromptQueue(observer);
  }

  /** Sequences that are read or continued. */
  int sequences() {
    return sequences + embeddings.sequences();
  }

  void add(Work work) {
    observer.admitted(work.nanosSinceArrival());
    switch (work) {
      case Generation generation -> {
        prompts.add(new PromptReading(generation, model, cache));
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

  /** Reads some ids of prompts, advances every sample by one token, and reads texts to embed. */
  void run() {
    removeAll(w -> w.cancelled() || w.late(), Failure.TIMEOUT);
    advance();
    embed();
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
    for (Generation generation : prompts.removeIf(over)) {
      sequences -= generation.sequences();
      ended.add(generation);
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

  /** One pass of the model over prompts and samples together. */
  private void advance() {
    List<Sequence> all = new ArrayList<>(prompts.turn(CHUNK, this::failed));
    all.addAll(running);
    if (all.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    List<Sequence> read = append(all);
    observer.step(read.size(), System.nanoTime() - start);
    for (Sequence sequence : read) {
      // another sample of the same request may have failed
      if (!sequence.generation().cancelled()) {
        goOn(sequence);
      }
    }
    removeDone();
  }

  /**
   * Lets the sessions read. If that fails, each reads alone, and only those fail that then do.
   *
   * @return those that have read
   */
  private List<Sequence> append(List<Sequence> all) {
    List<Session> sessions = all.stream().map(Sequence::session).toList();
    int[] starts = sessions.stream().mapToInt(Session::position).toArray();
    try {
      model.append(sessions, all.stream().map(Sequence::next).toList(), new Logits(all));
    } catch (RuntimeException e) {
      if (all.size() == 1) {
        failed(all.getFirst(), e);
        return List.of();
      }
      for (int i = 0; i < starts.length; i++) {
        sessions.get(i).truncate(starts[i]);
      }
      // a sample that fails takes the others of its request with it
      return all.stream()
          .filter(s -> !s.generation().cancelled())
          .flatMap(s -> append(List.of(s)).stream())
          .toList();
    }
    all.forEach(Sequence::read);
    return all;
  }

  private record Logits(List<Sequence> sequences) implements LanguageModel.BatchLogitsSink {
    @Override
    public boolean wants(int sequence, int index) {
      return sequences.get(sequence).wants(index);
    }

    @Override
    public void accept(int sequence, int index, float[] logits) {
      sequences.get(sequence).accept(index, logits);
    }
  }

  private void failed(Sequence sequence, RuntimeException e) {
    LOG.error("A step of the model failed", e);
    removeAll(w -> w == sequence.generation(), Failure.INTERNAL);
  }

  private void goOn(Sequence sequence) {
    try {
      switch (sequence) {
        case PromptReading prompt -> goOn(prompt);
        case Running sample -> advance(sample.sample(), sample.logits());
      }
    } catch (RuntimeException e) {
      failed(sequence, e);
    }
  }

  private void goOn(PromptReading prompt) {
    observer.promptRead(prompt.chosen());
    if (prompt.complete()) {
      start(prompt);
      prompts.remove(prompt);
    } else {
      prompts.goOn(prompt);
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
        r.keep(cache);
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
