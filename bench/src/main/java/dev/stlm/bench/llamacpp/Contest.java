package dev.stlm.bench.llamacpp;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.gguf.GgufExport;
import dev.stlm.model.gguf.GgufType;
import dev.stlm.model.runtime.CpuRuntime;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One model, with weights that are the same to the bit, here and in llama.cpp: first the logits,
 * then in turns a prompt at once and ids one by one, on as many threads.
 *
 * <p>Both are warm: the model is loaded, the virtual machine has compiled. Theirs runs at its
 * defaults (16-bit cache of keys and values), ours too (32-bit cache).
 */
public final class Contest {
  /** Turns before those that count. */
  private static final int WARM_UP = 4;

  private final LlamaCpp peer;
  private final Plan plan;
  private final Runnable turned;

  /**
   * What is done.
   *
   * @param prompt ids of a prompt; decoding starts after as many
   * @param decode ids that are decoded
   * @param turns that count, of each
   * @param threads numbers of threads
   */
  public record Plan(int prompt, int decode, int turns, List<Integer> threads) {
    public Plan {
      threads = List.copyOf(threads);
      range("--prompt", prompt, 1 << 16);
      range("--decode", decode, 1 << 16);
      range("--rounds", turns, 10_000);
      threads.forEach(n -> range("--threads", n, 1024));
      if (threads.isEmpty()) {
        throw new InvalidInputException("compare: --threads names no number; give at least one");
      }
    }

    /** Turns of one type of weights, those before the ones that count included. */
    public int allTurns() {
      return 2 * threads.size() * (WARM_UP + turns);
    }

    private static void range(String option, int value, int most) {
      if (value < 1 || value > most) {
        throw new InvalidInputException(
            "compare: %s is %d; allowed: 1 to %d".formatted(option, value, most));
      }
    }
  }

  /**
   * The figures of one type of weights.
   *
   * @param type how the file stores matrices
   * @param fileBytes of it
   * @param agreement of the logits
   */
  public record Result(GgufType type, long fileBytes, Agreement agreement, List<Duel> duels) {
    public Result {
      duels = List.copyOf(duels);
    }
  }

  /**
   * A contest with a peer, which stays open.
   *
   * @param turned is told of every turn of both
   */
  public Contest(LlamaCpp peer, Plan plan, Runnable turned) {
    this.peer = peer;
    this.plan = plan;
    this.turned = turned;
  }

  /**
   * Runs it.
   *
   * @param checkpoint a model that a GGUF file can hold
   * @param ids a text, {@code prompt + decode} ids of it are used
   * @throws InvalidInputException if the model is none for llama.cpp, or the text is too short
   */
  public Result run(Checkpoint checkpoint, GgufType type, int[] ids) {
    int length = plan.prompt() + plan.decode();
    if (ids.length < length || checkpoint.config().contextLength() < length) {
      throw new InvalidInputException(
          "compare: --prompt and --decode ask for %d ids; the text has %d, the model's context is %d"
              .formatted(length, ids.length, checkpoint.config().contextLength()));
    }
    Checkpoint shared = SharedWeights.of(checkpoint, type);
    int[] text = Arrays.copyOf(ids, length);
    Path directory;
    try {
      directory = Files.createTempDirectory("stlm-compare");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path file = directory.resolve("model.gguf");
    try {
      long bytes = written(shared, type, file);
      peer.load(type.toString(), file, length);
      List<Duel> duels = new ArrayList<>();
      Agreement agreement = null;
      for (int threads : plan.threads()) {
        try (LanguageModel model = new CpuRuntime(threads).load(shared)) {
          if (agreement == null) {
            agreement = agreement(model, type, text);
          }
          duels.add(decode(model, type, threads, text));
          duels.add(prompt(model, type, threads, text));
        }
      }
      if (agreement == null) {
        throw new IllegalStateException("a plan has a number of threads");
      }
      return new Result(type, bytes, agreement, duels);
    } finally {
      delete(file);
      delete(directory);
    }
  }

  private static long written(Checkpoint shared, GgufType type, Path file) {
    GgufExport.Result exported = GgufExport.write(shared, type, file);
    if (exported.relativeError() != 0) {
      throw new IllegalStateException(
          "the weights in the file differ by " + exported.relativeError());
    }
    return exported.bytes();
  }

  private Agreement agreement(LanguageModel model, GgufType type, int[] ids) {
    float[][] ours = new float[ids.length][];
    try (Session session = model.newSession()) {
      session.append(ids, (i, logits) -> ours[i] = logits.clone());
    }
    return Agreement.of(ours, peer.logits(type.toString(), 1, ids));
  }

  private Duel prompt(LanguageModel model, GgufType type, int threads, int[] text) {
    int[] ids = Arrays.copyOf(text, plan.prompt());
    return turns(
        "prompt",
        threads,
        ids.length,
        () -> {
          try (Session session = model.newSession()) {
            return timed(() -> session.append(ids));
          }
        },
        () -> peer.prompt(type.toString(), threads, ids));
  }

  private Duel decode(LanguageModel model, GgufType type, int threads, int[] text) {
    int[] before = Arrays.copyOf(text, plan.prompt());
    float[] logits = new float[model.config().vocabularySize()];
    return turns(
        "decode",
        threads,
        plan.decode(),
        () -> {
          try (Session session = model.newSession()) {
            session.append(before);
            return timed(() -> {
              for (int i = before.length; i < text.length; i++) {
                session.append(text[i], logits);
              }
            });
          }
        },
        () -> peer.decode(type.toString(), threads, text, before.length));
  }

  private interface Turn {
    Timing run();
  }

  private Duel turns(String work, int threads, int ids, Turn ours, Turn theirs) {
    Timing[] own = new Timing[plan.turns()];
    Timing[] other = new Timing[plan.turns()];
    for (int turn = -WARM_UP; turn < plan.turns(); turn++) {
      Timing first = ours.run();
      Timing second = theirs.run();
      if (turn >= 0) {
        own[turn] = first;
        other[turn] = second;
      }
      turned.run();
    }
    return Duel.of(work, threads, ids, own, other);
  }

  private static Timing timed(Runnable work) {
    long cpu = cpuNanos();
    long start = System.nanoTime();
    work.run();
    return new Timing((System.nanoTime() - start) / 1e9, (cpuNanos() - cpu) / 1e9);
  }

  /** CPU time of this process, of all of its threads; in steps of some milliseconds. */
  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // left in the folder for temporary files
    }
  }
}
