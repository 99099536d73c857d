package dev.stlm.bench.eval;

import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scores a loaded model by the rules of the lm-evaluation-harness: white space at a context's end
 * belongs to the continuation, an empty context is the id that starts a text, long contexts lose
 * their start, sums are in double precision.
 *
 * <p>Requests are answered in lexicographic order of their ids, so that neighbours share prefixes.
 * A reported latency is the work that was left to do for that request.
 */
public final class LocalModel implements EvalModel {
  private final LanguageModel model;
  private final ModelFacts facts;
  private final int threads;

  /**
   * Adapts a model, which is closed with this.
   *
   * @param threads requests that are worked on at once, at least 1; 1 where the runtime shares the
   *     work of one request among threads already
   */
  public LocalModel(LanguageModel model, ModelFacts facts, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + " is below 1");
    }
    this.model = model;
    this.facts = facts;
    this.threads = threads;
  }

  /**
   * Loads a checkpoint directory.
   *
   * @param runtime a runtime's name, such as {@code cpu}
   * @param threads as in the constructor
   * @throws InvalidInputException if the directory is not a checkpoint or there is no such runtime
   */
  public static LocalModel open(Path directory, String runtime, int threads) {
    LanguageModel model = ModelRuntimes.load(runtime, CheckpointDirectory.open(directory));
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return new LocalModel(
        model,
        new ModelFacts(
            name == null ? "model" : name.toString(),
            model.hash(),
            runtime,
            ParameterLayout.of(model.config()).parameterCount(),
            CheckpointDirectory.weightBytesOnDisk(directory)),
        threads);
  }

  @Override
  public ModelFacts facts() {
    return facts;
  }

  @Override
  public void loglikelihood(List<EvalRequest.LogLikelihood> requests, AnswerSink sink) {
    Tokenizer tokenizer = model.tokenizer();
    List<Job> jobs = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      EvalRequest.LogLikelihood r = requests.get(i);
      PairEncoding pair = PairEncoding.of(tokenizer, r.context(), r.continuation());
      int scored = pair.continuation().length;
      if (scored > window()) {
        throw new InvalidInputException(
            "a continuation of %d tokens does not fit the model's context of %d; use a model with a longer context: '%.40s…'"
                .formatted(scored, window(), r.continuation().replace('\n', ' ')));
      }
      int[] ids = pair.joined(window() + 1);
      jobs.add(new Job(i, ids, ids.length - scored));
    }
    jobs.sort(Comparator.comparing(job -> job.ids, Arrays::compare));
    inParallel(
        jobs,
        (scorer, job) -> {
          long start = System.nanoTime();
          PrefixScorer.Score score = scorer.score(job.ids, job.from);
          Answer answer = Answer.likelihood(score.sum(), score.greedy());
          emit(sink, job.index, answer, start);
        });
  }

  @Override
  public void rolling(List<EvalRequest.Rolling> requests, AnswerSink sink) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      all.add(i);
    }
    inParallel(
        all,
        (scorer, i) -> {
          long start = System.nanoTime();
          emit(sink, i, rolling(scorer, requests.get(i)), start);
        });
  }

  private Answer rolling(PrefixScorer scorer, EvalRequest.Rolling request) {
    Tokenizer tokenizer = model.tokenizer();
    int[] before =
        request.context().isEmpty()
            ? new int[] {tokenizer.startOfText()}
            : tokenizer.encode(request.context());
    int[] text = tokenizer.encode(request.text());
    double sum = 0;
    boolean greedy = true;
    for (RollingWindows.Window w : RollingWindows.of(text.length, window())) {
      int scored = w.to() - w.from();
      int[] ids;
      if (w.contextFrom() < 0) {
        int shown = Math.min(before.length, window() + 1 - scored);
        ids = Arrays.copyOfRange(before, before.length - shown, before.length + scored);
        System.arraycopy(text, 0, ids, shown, scored);
      } else {
        ids = Arrays.copyOfRange(text, w.contextFrom(), w.to());
      }
      PrefixScorer.Score score = scorer.score(ids, ids.length - scored);
      sum += score.sum();
      greedy &= score.greedy();
    }
    return Answer.likelihood(sum, greedy);
  }

  @Override
  public void generate(List<EvalRequest.Generate> requests, AnswerSink sink) {
    for (int i = 0; i < requests.size(); i++) {
      long start = System.nanoTime();
      String text = GreedyText.write(model, requests.get(i));
      emit(sink, i, Answer.generated(text), start);
    }
  }

  private int window() {
    return model.config().contextLength();
  }

  private static void emit(AnswerSink sink, int index, Answer answer, long startNanos) {
    long micros = (System.nanoTime() - startNanos) / 1000;
    synchronized (sink) {
      sink.accept(index, answer, micros);
    }
  }

  /** A sequence of ids, scored from an index on. */
  private static final class Job {
    final int index;
    final int[] ids;
    final int from;

    Job(int index, int[] ids, int from) {
      this.index = index;
      this.ids = ids;
      this.from = from;
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    void run(PrefixScorer scorer, T job);
  }

  /** Gives each thread a run of neighbouring jobs and a session of its own. */
  private <T> void inParallel(List<T> jobs, Work<T> work) {
    int parts = Math.min(threads, jobs.size());
    if (parts <= 1) {
      runAll(jobs, work);
      return;
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(parts)) {
      List<Future<?>> running = new ArrayList<>();
      for (int p = 0; p < parts; p++) {
        int from = (int) ((long) jobs.size() * p / parts);
        int to = (int) ((long) jobs.size() * (p + 1) / parts);
        running.add(pool.submit(() -> runAll(jobs.subList(from, to), work)));
      }
      try {
        for (Future<?> f : running) {
          f.get();
        }
      } catch (ExecutionException e) {
        pool.shutdownNow();
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("scoring was interrupted", e);
      }
    }
  }

  private <T> void runAll(List<T> jobs, Work<T> work) {
    try (PrefixScorer scorer = new PrefixScorer(model)) {
      for (T job : jobs) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        work.run(scorer, job);
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
