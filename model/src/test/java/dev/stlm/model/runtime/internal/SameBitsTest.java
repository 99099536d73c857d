package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.accounting.Accounting;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.kit.TinyModels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Work that threads share, in batches: the same bits as alone on one thread. */
class SameBitsTest {
  private static final int OTHERS = 16;

  static Stream<Arguments> models() {
    Map<String, Checkpoint> models = new LinkedHashMap<>();
    Checkpoint wide =
        TinyModels.random(
            TinyModels.config(
                128, 2, 4, 2, 32, 512, Activation.SWIGLU, true, true, Optional.empty()),
            1);
    models.put("f32", wide);
    models.put("int8", TinyModels.int8(wide, 32));
    models.put("bf16", TinyModels.bf16(wide));
    TinyModels.variants()
        .forEach((name, checkpoint) -> {
          if (checkpoint.config() instanceof PooledConfig) {
            models.put(name, checkpoint);
          }
        });
    models.put("pooled int8", TinyModels.int8(models.get("pooled, all switches"), 8));
    return models.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void aSequenceHasTheSameLogitsAloneAndAmongOthersOnOneThreadAndOnTwo(
      String name, Checkpoint checkpoint) {
    Random random = new Random(name.hashCode());
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i <= OTHERS; i++) {
      prompts.add(
          random.ints(1 + random.nextInt(40), 'a', 'z').map(c -> c > 'w' ? ' ' : c).toArray());
    }
    float[][] alone = logits(checkpoint, prompts.subList(0, 1), 1);
    assertThat(logits(checkpoint, prompts.subList(0, 1), 2)).isDeepEqualTo(alone);
    assertThat(logits(checkpoint, prompts, 1)).isDeepEqualTo(alone);
    assertThat(logits(checkpoint, prompts, 2)).isDeepEqualTo(alone);
  }

  /** Logits of the first prompt and of 20 steps after it, all sequences in one batch. */
  private static float[][] logits(Checkpoint checkpoint, List<int[]> prompts, int threads) {
    List<float[]> all = new ArrayList<>();
    try (LanguageModel model =
        new CpuModel(checkpoint, new VectorKernels(), new WorkerPool(threads))) {
      List<Session> sessions = new ArrayList<>();
      prompts.forEach(p -> sessions.add(model.newSession()));
      all.add(model.append(sessions, prompts).getFirst());
      for (int step = 0; step < 20; step++) {
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
          ids.add(new int[] {i == 0 ? 'a' + step : 'a' + (i * step) % 26});
        }
        all.add(model.append(sessions, ids).getFirst());
      }
      sessions.forEach(Session::close);
    }
    return all.toArray(float[][]::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void aSessionSaysHowLargeItIs(String name, Checkpoint checkpoint) {
    try (LanguageModel model = CpuModel.of(checkpoint, 2);
        Session session = model.newSession()) {
      assertThat(model.sessionBytes(session)).as("empty, " + name).isLessThan(1 << 14);
      session.append(new Random(1).ints(90, 'a', 'z').toArray());
      long bytes = model.sessionBytes(session);
      // whole blocks of 64 positions, rows padded to 16 floats, more or fewer patches
      long counted = Accounting.cacheBytesPerPosition(checkpoint.config()) * 90;
      assertThat(bytes).as("full, " + name).isBetween(counted / 8, 8 * counted + (1 << 14));
      try (Session fork = session.fork()) {
        assertThat(model.sessionBytes(fork)).isBetween(bytes / 2, bytes);
        fork.truncate(1);
        assertThat(model.sessionBytes(fork)).isLessThan(bytes);
      }
    }
  }
}
