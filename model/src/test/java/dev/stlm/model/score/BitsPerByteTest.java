package dev.stlm.model.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class BitsPerByteTest {
  private static final LanguageModel MODEL = ModelRuntimes.load("cpu", TinyModels.plain());
  private static final int CONTEXT = 96;

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void aTextThatFitsIsReadInOneWindow() {
    byte[] text = text(CONTEXT);
    int[] ids = new ByteTokenizer().encode(text);
    double nats = -Loglikelihood.score(MODEL, new int[] {256}, ids).logLikelihood();
    Score score = BitsPerByte.measure(MODEL, text);
    assertThat(score.nats()).isCloseTo(nats, within(1e-9));
    assertThat(score.bitsPerByte()).isCloseTo(nats / CONTEXT / Math.log(2), within(1e-9));
    assertThat(score.bytes()).isEqualTo(CONTEXT);
    assertThat(score.standardError()).isNaN();
  }

  @Test
  void everyIdOfALongTextIsPredictedOnceFromHalfAContextAtLeast() {
    byte[] text = text(1000);
    int[] ids = new ByteTokenizer().encode(text);
    double[] losses = BitsPerByte.losses(MODEL, ids, _ -> {});
    for (int i = 0; i < ids.length; i++) {
      // windows: [0, 96), then 48 at a time after 48 of context
      int start = i < CONTEXT ? 0 : (i - CONTEXT) / (CONTEXT / 2) * (CONTEXT / 2) + CONTEXT / 2;
      int[] before = new int[i - start + 1];
      before[0] = start == 0 ? 256 : ids[start - 1];
      System.arraycopy(ids, start, before, 1, i - start);
      try (Session session = MODEL.newSession()) {
        double expected = -LogSoftmax.of(session.append(before), ids[i]);
        assertThat(losses[i]).as("id %d", i).isEqualTo(expected);
      }
      assertThat(before.length).isGreaterThanOrEqualTo(Math.min(i + 1, CONTEXT / 2));
    }
  }

  @Test
  void aModelThatKnowsNothingNeedsTheLogarithmOfItsVocabulary() {
    Checkpoint plain = TinyModels.plain();
    Map<String, Tensor> tensors = new LinkedHashMap<>(plain.tensors());
    tensors.replaceAll(
        (_, t) -> Tensor.F32.of(t.rows(), t.columns(), new float[t.rows() * t.columns()]));
    Checkpoint zero = new Checkpoint(plain.config(), plain.tokenizer(), tensors, plain.history());
    try (LanguageModel model = ModelRuntimes.load("cpu", zero)) {
      Score score = BitsPerByte.measure(model, text(3000));
      assertThat(score.bitsPerByte()).isCloseTo(Math.log(260) / Math.log(2), within(1e-6));
      assertThat(score.standardError()).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void theStandardErrorIsThatOfTheMeanOfBlocks() {
    byte[] text = text(4 * BitsPerByte.BLOCK);
    double[] losses = BitsPerByte.losses(MODEL, new ByteTokenizer().encode(text), _ -> {});
    List<Double> blocks = new ArrayList<>();
    for (int b = 0; b < 4; b++) {
      int from = b * BitsPerByte.BLOCK;
      double nats = Arrays.stream(losses, from, from + BitsPerByte.BLOCK).sum();
      blocks.add(nats / BitsPerByte.BLOCK / Math.log(2));
    }
    double mean = blocks.stream().mapToDouble(d -> d).average().orElseThrow();
    double variance = blocks.stream().mapToDouble(d -> (d - mean) * (d - mean)).sum() / 3;
    assertThat(BitsPerByte.measure(MODEL, text).standardError())
        .isCloseTo(Math.sqrt(variance / 4), within(1e-12));
  }

  @Test
  void anEmptyTextIsRefused() {
    assertThatThrownBy(() -> BitsPerByte.measure(MODEL, new byte[0]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
  }

  private static byte[] text(int length) {
    byte[] text = new byte[length];
    new Random(length).nextBytes(text);
    return text;
  }
}
