package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of 16-bit floats, some in shards, run from their mapped files. */
class MappedHalfTest {
  private static final int[] IDS = new Random(3).ints(100, 0, 320).toArray();

  @ParameterizedTest
  @ValueSource(strings = {"tinyllama-bf16-sharded", "llama-tied-theta", "phi3mini-4k"})
  void noMatrixIsInTheHeap(String name) {
    Checkpoint checkpoint = open(name);
    for (Parameter p : ParameterLayout.of(checkpoint.config()).all()) {
      if (p.kind() == Parameter.Kind.MATRIX) {
        assertThat(new Packing(new VectorKernels()).pack(checkpoint.tensor(p.name())))
            .isInstanceOfSatisfying(PackedHalf.class, m -> assertThat(m.isMapped()).isTrue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tinyllama-f32",
        "tinyllama-bf16-sharded",
        "llama-tied-theta",
        "llama3-rope",
        "phi3mini-4k",
        "phi3mini-128k",
        "mobillama"
      })
  void kernelsAndThreadsAndCutsDoNotChangeABit(String name) {
    Checkpoint checkpoint = open(name);
    float[][] expected = all(checkpoint, new ScalarKernels(), 1, 1);
    assertThat(all(checkpoint, new VectorKernels(), 1, 100)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, new VectorKernels(), 2, 100)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, new VectorKernels(), 2, 7)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, new ScalarKernels(), 2, 31)).isDeepEqualTo(expected);
  }

  private static float[][] all(Checkpoint checkpoint, Kernels kernels, int threads, int cut) {
    List<float[]> list = new ArrayList<>();
    try (LanguageModel model = new CpuModel(checkpoint, kernels, new WorkerPool(threads));
        Session session = model.newSession()) {
      for (int from = 0; from < IDS.length; from += cut) {
        int to = Math.min(IDS.length, from + cut);
        session.append(Arrays.copyOfRange(IDS, from, to), (_, logits) -> list.add(logits.clone()));
      }
    }
    return list.toArray(float[][]::new);
  }

  private static Checkpoint open(String name) {
    try {
      URL url = CheckpointDirectory.class.getResource("/dev/stlm/model/huggingface/" + name);
      return CheckpointDirectory.open(Path.of(Objects.requireNonNull(url, name).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
