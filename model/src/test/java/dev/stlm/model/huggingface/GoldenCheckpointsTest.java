package dev.stlm.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.SharingConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every checkpoint gives the logits and the greedy text of the reference implementation. */
class GoldenCheckpointsTest {
  /** The longest sequence that takes longrope's short factors in the checkpoint with it. */
  private static final int SHORT = 32;

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({
    "tinyllama-f32, 1", "tinyllama-f32, 7", "tinyllama-f32, 64",
    "tinyllama-bf16-sharded, 1", "tinyllama-bf16-sharded, 7", "tinyllama-bf16-sharded, 64",
    "llama-tied-theta, 1", "llama-tied-theta, 7", "llama-tied-theta, 64",
    "llama3-rope, 1", "llama3-rope, 7", "llama3-rope, 64",
    "phi3mini-4k, 1", "phi3mini-4k, 7", "phi3mini-4k, 64",
    "phi3mini-128k, 1", "phi3mini-128k, 7", "phi3mini-128k, 64",
    "mobillama, 1", "mobillama, 7", "mobillama, 64",
    "mobillama-dedup, 1", "mobillama-dedup, 7", "mobillama-dedup, 64",
  })
  void logitsAreThoseOfTheReferenceWholeAndOneByOne(String name, int length) {
    Golden golden = Golden.of(name);
    int[] ids = golden.ids("input_ids." + length);
    float[][] expected = golden.logits(length);
    try (LanguageModel model = ModelRuntimes.load("cpu", open(name, length));
        Session whole = model.newSession();
        Session oneByOne = model.newSession()) {
      List<float[]> rows = new ArrayList<>();
      whole.append(ids, (_, logits) -> rows.add(logits.clone()));
      assertThat(rows).hasSize(length);
      for (int i = 0; i < length; i++) {
        assertThat(rows.get(i)).containsExactly(expected[i], within(1e-3f));
        assertThat(oneByOne.append(ids[i])).containsExactly(rows.get(i), within(1e-4f));
      }
    }
  }

  /** The reference takes longrope's short factors for short sequences: so does a short context. */
  private static Checkpoint open(String name, int length) {
    Checkpoint checkpoint = CheckpointDirectory.open(Golden.path(name));
    return name.equals("phi3mini-128k") && length <= SHORT
        ? checkpoint.withContextLength(SHORT)
        : checkpoint;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tinyllama-f32",
        "tinyllama-bf16-sharded",
        "llama-tied-theta",
        "llama3-rope",
        "phi3mini-4k",
        "mobillama",
        "mobillama-dedup"
      })
  void greedyTextIsThatOfTheReference(String name) {
    Golden golden = Golden.of(name);
    int[] expected = golden.ids("greedy");
    int[] got = Arrays.copyOf(golden.ids("prompt"), expected.length);
    try (LanguageModel model = ModelRuntimes.load("cpu", Golden.path(name));
        Session session = model.newSession()) {
      int[] prompt = golden.ids("prompt");
      float[] logits = session.append(prompt);
      for (int i = prompt.length; i < got.length; i++) {
        got[i] = likeliest(logits);
        logits = session.append(got[i]);
      }
    }
    assertThat(got).isEqualTo(expected);
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  @Test
  void configsSayWhatTheFilesSay() {
    FlatConfig tiny = config("tinyllama-bf16-sharded");
    assertThat(tiny.attention().heads()).isEqualTo(8);
    assertThat(tiny.attention().kvHeads()).isEqualTo(2);
    assertThat(tiny.contextLength()).isEqualTo(256);
    assertThat(tiny.tiedHead()).isFalse();
    assertThat(tiny.sharing()).isEmpty();
    FlatConfig tied = config("llama-tied-theta");
    assertThat(tied.tiedHead()).isTrue();
    assertThat(tied.attention().ropeTheta()).isEqualTo(100_000);
    assertThat(config("llama3-rope").attention().ropeScaling())
        .contains(new RopeScaling.Llama3(8, 1, 4, 32));
    assertThat(config("phi3mini-4k").attention().window()).contains(24);
    assertThat(config("phi3mini-128k").attention().ropeScaling())
        .get()
        .isInstanceOfSatisfying(
            RopeScaling.Longrope.class,
            l -> {
              assertThat(l.originalContext()).isEqualTo(32);
              assertThat(l.attentionFactor())
                  .isCloseTo(Math.sqrt(1 + Math.log(16) / Math.log(32)), within(1e-12));
            });
  }

  @Test
  void mobiLlamasFeedForwardPartIsStoredOnceAndItsHeadsAreCounted() {
    for (String name : List.of("mobillama", "mobillama-dedup")) {
      Checkpoint checkpoint = CheckpointDirectory.open(Golden.path(name));
      FlatConfig config = (FlatConfig) checkpoint.config();
      assertThat(config.sharing()).contains(new SharingConfig(4, 0, false, 1));
      assertThat(config.attention().kvHeads()).isEqualTo(8);
      assertThat(checkpoint.tensors().values().stream().mapToLong(t -> t.toFloats().length).sum())
          .isEqualTo(140_864);
    }
    assertThat(history("mobillama"))
        .containsEntry("kvHeads", "8 by the tensors; config.json says 2")
        .containsEntry("sharedFfn", "one for all layers");
    assertThat(history("tinyllama-f32")).containsOnly(Map.entry("model_type", "llama"));
  }

  @Test
  void theTwoFormsOfMobiLlamaAreOneModel() {
    assertThat(CheckpointHash.of(CheckpointDirectory.open(Golden.path("mobillama"))))
        .isEqualTo(CheckpointHash.of(CheckpointDirectory.open(Golden.path("mobillama-dedup"))));
  }

  @Test
  void tensorsAreViewsOfTheMappedFiles() {
    for (String name : List.of("tinyllama-bf16-sharded", "phi3mini-4k", "llama-tied-theta")) {
      Checkpoint checkpoint = CheckpointDirectory.open(Golden.path(name));
      checkpoint.tensors().values().forEach(tensor -> assertMapped(tensor));
    }
    Tensor qkv =
        CheckpointDirectory.open(Golden.path("tinyllama-bf16-sharded"))
            .tensor("layers.1.attention.qkv");
    assertThat(qkv).isInstanceOf(Tensor.Rows.class);
    assertThat(qkv.rows()).isEqualTo(96);
  }

  private static void assertMapped(Tensor tensor) {
    switch (tensor) {
      case Tensor.Dense t -> assertThat(t.values().isMapped()).isTrue();
      case Tensor.Rows t -> t.parts().forEach(GoldenCheckpointsTest::assertMapped);
      default -> throw new AssertionError(tensor.getClass());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tinyllama-bf16-sharded", "phi3mini-128k", "mobillama", "llama-tied-theta"})
  void writtenAsACheckpointOfOursItIsTheSameModel(String name) {
    Checkpoint checkpoint = CheckpointDirectory.open(Golden.path(name));
    Path ours = temp.resolve(name);
    CheckpointDirectory.write(checkpoint, ours);
    Checkpoint opened = CheckpointDirectory.open(ours);
    assertThat(CheckpointHash.of(opened)).isEqualTo(CheckpointHash.of(checkpoint));
    assertThat(opened.config()).isEqualTo(checkpoint.config());
    int[] ids = Golden.of(name).ids("input_ids.64");
    assertThat(logits(opened, ids)).isEqualTo(logits(checkpoint, ids));
  }

  private static float[] logits(Checkpoint checkpoint, int[] ids) {
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        Session session = model.newSession()) {
      return session.append(ids);
    }
  }

  private static FlatConfig config(String name) {
    return (FlatConfig) CheckpointDirectory.open(Golden.path(name)).config();
  }

  private static Map<String, String> history(String name) {
    return Optional.of(CheckpointDirectory.open(Golden.path(name)))
        .get()
        .history()
        .entries()
        .getFirst()
        .details();
  }
}
