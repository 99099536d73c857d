package dev.stlm.training.internal.loop;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.Generator;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.training.internal.torch.Batch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a model writes after a piece of the held-out text, so that people see it learn: the same
 * piece and the same random numbers every time.
 */
final class SampleText {
  /** Bytes of the piece that is given, at most. */
  private static final int PROMPT = 64;

  /** A little below 1: what a model writes by itself is worth reading sooner. */
  private static final double TEMPERATURE = 0.7;

  private final byte[] prompt;
  private final GenerateOptions options;

  private SampleText(byte[] prompt, GenerateOptions options) {
    this.prompt = prompt;
    this.options = options;
  }

  /**
   * Samples of a run; none without a held-out text.
   *
   * @param bytes of a sample, at most; 0 for none
   */
  static Optional<SampleText> of(TrainingTexts texts, int bytes, long seed) {
    if (texts.held().isEmpty() || bytes == 0) {
      return Optional.empty();
    }
    SamplerConfig sampler = new SamplerConfig(TEMPERATURE, 0, 1, 0, 1, seed);
    if (texts.task().isPresent()) {
      byte[] asked = texts.task().get().held().getFirst().prompt().getBytes(StandardCharsets.UTF_8);
      return Optional.of(new SampleText(asked, GenerateOptions.of(bytes, sampler)));
    }
    Batch first = texts.held().getFirst();
    int[] ids = Arrays.copyOf(first.scored(), Math.min(PROMPT, first.scored().length));
    byte[] text = texts.tokenizer().decode(ids);
    return Optional.of(
        new SampleText(Arrays.copyOf(text, end(text)), GenerateOptions.of(bytes, sampler)));
  }

  /** After the last space of the first bytes, so that no word is cut; else all of them. */
  private static int end(byte[] text) {
    int end = Math.min(PROMPT, text.length);
    for (int i = end; i > 1; i--) {
      if (text[i - 1] == ' ') {
        return i;
      }
    }
    return end;
  }

  /** What is given to the model. */
  String prompt() {
    return new String(prompt, StandardCharsets.UTF_8);
  }

  /** What the model writes after it. */
  String write(Checkpoint checkpoint) {
    try (LanguageModel model = ModelRuntimes.load(ModelRuntimes.DEFAULT, checkpoint)) {
      return new Generator(model).generate(prompt, options).text();
    }
  }
}
