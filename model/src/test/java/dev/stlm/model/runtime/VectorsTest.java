package dev.stlm.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors that the head sees. */
class VectorsTest {
  private static final byte[] TEXT =
      "What the head sees, after every byte of two texts.".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-pooled", "paper-pooled"})
  void theHeadsProductsWithThemAreTheLogits(String preset) {
    Checkpoint checkpoint = InitialCheckpoint.random(Presets.named(preset), new ByteTokenizer(), 3);
    float[] head = checkpoint.tensor("head").toFloats();
    int width = checkpoint.config().width();
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        Session a = model.newSession();
        Session b = model.newSession();
        Session c = model.newSession()) {
      int[] ids = model.tokenizer().encode(TEXT);
      List<float[]> vectors = new ArrayList<>();
      model.vectors(
          List.of(a, b),
          List.of(ids, ids),
          (sequence, _, v) -> {
            if (sequence == 1) {
              vectors.add(v.clone());
            }
          });
      assertThat(vectors).hasSameSizeAs(TEXT);
      c.append(
          ids,
          (index, logits) -> {
            float[] vector = vectors.get(index);
            assertThat(vector).hasSize(width);
            for (int id = 0; id < logits.length; id += 37) {
              double product = 0;
              for (int i = 0; i < width; i++) {
                product += (double) head[id * width + i] * vector[i];
              }
              assertThat(product).isCloseTo(logits[id], within(1e-4));
            }
          });
      // logits are as they were after vectors were asked for
      float[] next = a.append('x');
      assertThat(next).containsExactly(c.append('x'));
    }
  }
}
