package dev.stlm.bench.demo;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.Generator;
import dev.stlm.model.generate.SamplerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What the finished model writes.
 *
 * @param prompt what it was given
 * @param text what it wrote after that
 */
record DemoSample(String prompt, String text) {
  private static final String PROMPT = "The old captain looked at the whale, and ";
  private static final int BYTES = 300;

  static DemoSample of(Path model, long seed) {
    try (LanguageModel loaded = ModelRuntimes.load("cpu", model)) {
      SamplerConfig sampler = new SamplerConfig(0.7, 0, 0.95, 0, 1, seed);
      String text =
          new Generator(loaded)
              .generate(PROMPT.getBytes(StandardCharsets.UTF_8), GenerateOptions.of(BYTES, sampler))
              .text();
      return new DemoSample(PROMPT, text);
    }
  }
}
