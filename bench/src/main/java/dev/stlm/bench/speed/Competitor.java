package dev.stlm.bench.speed;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.Generator;
import dev.stlm.model.generate.SamplerConfig;
import java.util.Arrays;
import java.util.List;

/**
 * A model that does one kind of work, again and again. For one thread.
 *
 * @param name in reports
 * @param model not closed by this
 * @param speculates whether it writes by self-speculation
 * @param bytesPerId bytes that an id of the text stands for, on average
 * @param ids the text, at most the context
 * @param busy threads that do other work meanwhile
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Competitor(
    String name, LanguageModel model, boolean speculates, double bytesPerId, int[] ids, int busy) {
  /** Share of the context that is the prompt when writing. */
  private static final int PROMPT_PART = 4;

  static Competitor of(String name, LanguageModel model, boolean speculates, byte[] text) {
    int[] all = model.tokenizer().encode(text);
    int context = model.config().contextLength();
    int[] ids = Arrays.copyOf(all, Math.min(all.length, context));
    return new Competitor(name, model, speculates, (double) text.length / all.length, ids, 0);
  }

  /** The same while so many threads do other work. */
  Competitor beside(int threads) {
    return new Competitor(
        name + ", " + threads + " busy beside", model, speculates, bytesPerId, ids, threads);
  }

  /** Does the work once and gives bytes a second. */
  double run(Work work) {
    try (BusyThreads _ = new BusyThreads(busy)) {
      return switch (work) {
        case PROMPT -> prompt();
        case STEP -> step();
        case WRITE -> write();
      };
    }
  }

  private double prompt() {
    try (Session session = model.newSession()) {
      long start = System.nanoTime();
      session.append(ids);
      return rate(ids.length, start);
    }
  }

  private double step() {
    float[] logits = new float[model.config().vocabularySize()];
    try (Session session = model.newSession()) {
      long start = System.nanoTime();
      for (int id : ids) {
        session.append(id, logits);
      }
      return rate(ids.length, start);
    }
  }

  private double write() {
    long start = System.nanoTime();
    Generator.Result result = written();
    return result.generatedIds() * bytesPerId / ((System.nanoTime() - start) / 1e9);
  }

  /** What it writes: up to the end of the context, after a part of the text. */
  Generator.Result written() {
    int[] prompt = Arrays.copyOf(ids, Math.max(1, ids.length / PROMPT_PART));
    GenerateOptions options =
        new GenerateOptions(
            Math.max(1, ids.length - prompt.length),
            SamplerConfig.greedy(),
            List.of(),
            GenerateOptions.Overflow.STOP,
            speculates);
    return new Generator(model).generate(prompt, options, _ -> true);
  }

  private double rate(int count, long start) {
    return count * bytesPerId / ((System.nanoTime() - start) / 1e9);
  }
}
