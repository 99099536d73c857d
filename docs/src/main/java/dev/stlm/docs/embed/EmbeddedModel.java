package dev.stlm.docs.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.Generator;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.model.score.BitsPerByte;
import java.nio.file.Path;

/** Completes and compares texts with a checkpoint directory. May be shared by threads. */
public final class EmbeddedModel implements AutoCloseable {
  // @start region="load"
  private final LanguageModel model;

  /** Loads a checkpoint directory, such as one that {@code ./stlm demo} wrote. */
  public EmbeddedModel(Path directory) {
    model = ModelRuntimes.load(ModelRuntimes.DEFAULT, directory);
  }

  // @end

  // @start region="complete"
  /** What follows the prompt: at most {@code maxBytes} bytes, never half a character. */
  public String complete(String prompt, int maxBytes) {
    // temperature 0.7, no top-k, top-p 0.9, no min-p, no repetition penalty, seed 1
    SamplerConfig sampler = new SamplerConfig(0.7, 0, 0.9, 0, 1, 1);
    return new Generator(model)
        .generate(prompt.getBytes(UTF_8), GenerateOptions.of(maxBytes, sampler))
        .text();
  }

  // @end

  // @start region="compare"
  /** The sentence that surprises the model less, byte for byte. */
  public String likelier(String one, String other) {
    return bitsPerByte(one) <= bitsPerByte(other) ? one : other;
  }

  /** How many bits a byte the sentence costs: less is likelier. */
  public double bitsPerByte(String sentence) {
    return BitsPerByte.measure(model, sentence.getBytes(UTF_8)).bitsPerByte();
  }

  // @end

  @Override
  public void close() {
    model.close();
  }
}
