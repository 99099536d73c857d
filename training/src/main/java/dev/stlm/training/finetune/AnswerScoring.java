package dev.stlm.training.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.GenerateOptions.Overflow;
import dev.stlm.model.generate.Generator;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.model.score.Loglikelihood;
import dev.stlm.model.score.Loglikelihood.Request;
import dev.stlm.model.score.Loglikelihood.Result;
import dev.stlm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model answers, for tasks to judge: the likeliest of some answers, a text written freely,
 * or how many bits the right answer costs.
 *
 * <p>A prompt is read as every user of the model reads it ({@link Tokenizer#encodePrompt}), and as
 * training reads it; the end of an answer is the end-of-text id. Of a prompt too long for the
 * context the beginning is left out.
 */
public final class AnswerScoring {
  private AnswerScoring() {}

  /**
   * For each example the index of the likeliest of some answers, its end included.
   *
   * @param choices at least two
   */
  public static int[] likeliest(LanguageModel model, List<Example> examples, List<String> choices) {
    Tokenizer tokenizer = model.tokenizer();
    List<int[]> answers = choices.stream().map(choice -> answer(tokenizer, choice)).toList();
    List<Request> requests = new ArrayList<>();
    for (Example example : examples) {
      int[] prompt = prompt(tokenizer, example);
      answers.forEach(answer -> requests.add(new Request(prompt, answer)));
    }
    List<Result> results = Loglikelihood.score(model, requests);
    int[] best = new int[examples.size()];
    for (int i = 0; i < best.length; i++) {
      int from = i * choices.size();
      for (int c = 1; c < choices.size(); c++) {
        if (results.get(from + c).logLikelihood() > results.get(from + best[i]).logLikelihood()) {
          best[i] = c;
        }
      }
    }
    return best;
  }

  /**
   * For each example what the model writes greedily until it ends the answer, without blanks around
   * it.
   *
   * @param maxBytes of an answer
   */
  public static List<String> written(LanguageModel model, List<Example> examples, int maxBytes) {
    Generator generator = new Generator(model);
    GenerateOptions options =
        new GenerateOptions(maxBytes, SamplerConfig.greedy(), List.of(), Overflow.SLIDE);
    List<String> texts = new ArrayList<>(examples.size());
    for (Example example : examples) {
      byte[] prompt = example.prompt().getBytes(StandardCharsets.UTF_8);
      texts.add(generator.generate(prompt, options).text().strip());
    }
    return texts;
  }

  /**
   * Bits per byte of all answers: what their ids cost, the end of each included, over the bytes of
   * their texts. Of an answer longer than the context only so much counts.
   */
  public static double bitsPerByte(LanguageModel model, List<Example> examples) {
    Tokenizer tokenizer = model.tokenizer();
    int context = model.config().contextLength();
    List<Request> requests = new ArrayList<>();
    long bytes = 0;
    for (Example example : examples) {
      int[] read = {};
      for (Example.Turn turn : example.turns()) {
        byte[] prompt = turn.prompt().getBytes(StandardCharsets.UTF_8);
        int[] more = read.length == 0 ? tokenizer.encodePrompt(prompt) : tokenizer.encode(prompt);
        read = joined(read, more);
        int[] answer = answer(tokenizer, turn.answer());
        int[] scored = Arrays.copyOf(answer, Math.min(answer.length, context));
        requests.add(new Request(read, scored));
        bytes += tokenizer.decodeNext(scored).length;
        read = joined(read, tokenizer.encode(turn.answer()));
      }
    }
    double nats = 0;
    for (Result result : Loglikelihood.score(model, requests)) {
      nats -= result.logLikelihood();
    }
    return nats / Math.log(2) / bytes;
  }

  private static int[] prompt(Tokenizer tokenizer, Example example) {
    return tokenizer.encodePrompt(example.prompt().getBytes(StandardCharsets.UTF_8));
  }

  /** The ids of an answer and its end. */
  static int[] answer(Tokenizer tokenizer, String text) {
    return joined(tokenizer.encode(text), new int[] {tokenizer.endOfText()});
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
