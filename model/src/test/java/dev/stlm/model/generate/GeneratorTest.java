package dev.stlm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.generate.GenerateOptions.Overflow;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.score.LogSoftmax;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static final LanguageModel MODEL =
      ModelRuntimes.load("cpu", AsciiOnly.of(TinyModels.plain()));
  private static final int CONTEXT = 96;
  private static final byte[] PROMPT = "Hi".getBytes(StandardCharsets.UTF_8);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void greedyTextIsTheMostLikelyIdEachTime() {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    try (Session session = MODEL.newSession()) {
      float[] logits = session.append(MODEL.tokenizer().encode(PROMPT));
      int best = LogSoftmax.argmax(logits);
      while (expected.size() < 40 && best < 256) {
        expected.write(best);
        best = LogSoftmax.argmax(session.append(best));
      }
    }
    Generator.Result result =
        new Generator(MODEL).generate(PROMPT, GenerateOptions.of(40, SamplerConfig.greedy()));
    assertThat(result.text()).hasSize(40).isEqualTo(expected.toString(StandardCharsets.UTF_8));
    assertThat(result.promptIds()).isEqualTo(2);
  }

  @Test
  void piecesAreTheText() {
    List<String> pieces = new ArrayList<>();
    Generator.Result result =
        new Generator(MODEL).generate(PROMPT, options(400, 7), p -> pieces.add(p));
    assertThat(String.join("", pieces)).isEqualTo(result.text());
    assertThat(pieces.size()).isGreaterThan(3);
  }

  @Test
  void theSameSeedGivesTheSameText() {
    Generator generator = new Generator(MODEL);
    assertThat(generator.generate(PROMPT, options(200, 1)))
        .isEqualTo(generator.generate(PROMPT, options(200, 1)))
        .isNotEqualTo(generator.generate(PROMPT, options(200, 2)));
  }

  @Test
  void aTextThatStopsDoesNotShowTheStopString() {
    Generator generator = new Generator(MODEL);
    String whole = generator.generate(PROMPT, noEnd(60, List.of())).text();
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 2);
    StringBuilder streamed = new StringBuilder();
    Generator.Result result =
        generator.generate(
            PROMPT, noEnd(60, List.of("never there", stop)), p -> streamed.append(p) != null);
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(result.text())
        .isEqualTo(whole.substring(0, whole.indexOf(stop)))
        .isEqualTo(streamed.toString());
  }

  @Test
  void aListenerMayEndTheText() {
    List<String> pieces = new ArrayList<>();
    Generator.Result result =
        new Generator(MODEL)
            .generate(
                PROMPT,
                options(400, 7),
                p -> {
                  pieces.add(p);
                  return pieces.size() < 3;
                });
    assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(pieces).hasSize(3);
    assertThat(result.text()).isEqualTo(String.join("", pieces));
  }

  @Test
  void aFullContextEndsTheTextOrSlides() {
    GenerateOptions slide = greedy(CONTEXT * 3, Overflow.SLIDE);
    GenerateOptions stop = greedy(CONTEXT * 3, Overflow.STOP);
    Generator generator = new Generator(MODEL);
    Generator.Result stopped = generator.generate(PROMPT, stop);
    Generator.Result slid = generator.generate(PROMPT, slide);
    assertThat(stopped.finishReason()).isEqualTo(FinishReason.LENGTH);
    // the context is full when the last id can not be read
    assertThat(stopped.generatedIds()).isEqualTo(CONTEXT - PROMPT.length + 1);
    assertThat(slid.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(slid.generatedIds()).isEqualTo(CONTEXT * 3);
    assertThat(slid.text()).startsWith(stopped.text());
  }

  @Test
  void aLongPromptIsCutOrRefused() {
    byte[] prompt = "abcdefghij".repeat(20).getBytes(StandardCharsets.UTF_8);
    Generator generator = new Generator(MODEL);
    Generator.Result result = generator.generate(prompt, greedy(5, Overflow.SLIDE));
    assertThat(result.promptIds()).isEqualTo(CONTEXT / 2);
    assertThatThrownBy(() -> generator.generate(prompt, greedy(5, Overflow.STOP)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("96");
  }

  @Test
  void anEmptyPromptStartsADocument() {
    Generator generator = new Generator(MODEL);
    GenerateOptions options = options(50, 4);
    assertThat(generator.generate(new byte[0], options))
        .isEqualTo(generator.generate(new int[] {256}, options, _ -> true));
  }

  @Test
  void bytesThatAreNotTextMayPrompt() {
    byte[] prompt = {(byte) 0xFF, (byte) 0xC3, 0x28};
    assertThat(new Generator(MODEL).generate(prompt, options(20, 1)).promptIds()).isEqualTo(3);
  }

  private static GenerateOptions options(int maxBytes, long seed) {
    return GenerateOptions.of(maxBytes, new SamplerConfig(0.7, 0, 1, 0, 1, seed));
  }

  private static GenerateOptions greedy(int maxBytes, Overflow overflow) {
    return new GenerateOptions(maxBytes, SamplerConfig.greedy(), List.of(), overflow);
  }

  private static GenerateOptions noEnd(int maxBytes, List<String> stops) {
    SamplerConfig sampler = new SamplerConfig(0.3, 20, 1, 0, 1.2, 11);
    return new GenerateOptions(maxBytes, sampler, stops, Overflow.SLIDE);
  }
}
