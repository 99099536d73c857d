package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.generate.Continuation;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.serving.kit.Http;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A checkpoint directory served by the CPU runtime. */
@QuarkusTest
@TestProfile(CpuModelTest.TinyCheckpoint.class)
class CpuModelTest {
  private final Http http = Http.ofApplication();

  /** Serves a tiny random checkpoint. */
  public static final class TinyCheckpoint implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(Directory.class));
    }

    /** Writes the checkpoint, and deletes it. */
    public static final class Directory implements QuarkusTestResourceLifecycleManager {
      private @Nullable Path dir;

      @Override
      public Map<String, String> start() {
        try {
          Path parent = Files.createTempDirectory("stlm-serving");
          dir = parent;
          Path model = parent.resolve("tiny");
          CheckpointDirectory.write(TinyModels.plain(), model);
          return Map.of("stlm.serve.model", model.toString(), "stlm.serve.name", "tiny");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void stop() {
        if (dir == null) {
          return;
        }
        try (Stream<Path> files = Files.walk(dir)) {
          files.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Test
  void theTextIsThatOfTheModelItself() {
    String prompt = "Once upon a time";
    String expected;
    try (var model = ModelRuntimes.load("cpu", TinyModels.plain());
        var session = model.newSession()) {
      int[] ids = model.tokenizer().encode(prompt);
      Continuation text =
          new Continuation(
              model.tokenizer(),
              GenerateOptions.of(30, new SamplerConfig(0.5, 0, 1, 0, 1, 11)),
              ids);
      float[] logits = session.append(ids);
      while (text.next(logits)) {
        logits = session.append(text.lastId());
      }
      expected = text.takeText();
    }
    assertThat(text(11, prompt)).isEqualTo(expected);
  }

  @Test
  void manyAtOnceGiveWhatEachGivesAlone() {
    List<String> alone = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      alone.add(text(i, "prompt " + i));
    }
    List<CompletableFuture<String>> together = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      together.add(
          http.postLater("/v1/completions", body(i, "prompt " + i))
              .thenApply(r -> textOf(Http.tree(r.body()))));
    }
    assertThat(together).extracting(CompletableFuture::join).isEqualTo(alone);
  }

  @Test
  void scoresAreThoseOfTheModel() {
    JsonNode scores =
        http.ask(
                "/v1/completions",
                "{\"prompt\":\"The cat\",\"echo\":true,\"logprobs\":3,\"max_tokens\":1}")
            .path("choices")
            .path(0)
            .path("logprobs");
    assertThat(scores.path("token_logprobs")).hasSize(8);
    try (var model = ModelRuntimes.load("cpu", TinyModels.plain());
        var session = model.newSession()) {
      float[] logits = session.append('T');
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      assertThat(scores.path("token_logprobs").path(1).asDouble())
          .isCloseTo(logits['h'] - Math.log(sum), org.assertj.core.api.Assertions.within(1e-6));
    }
  }

  private String text(int seed, String prompt) {
    return textOf(http.ask("/v1/completions", body(seed, prompt)));
  }

  private static String textOf(JsonNode answer) {
    return answer.path("choices").path(0).path("text").asText();
  }

  private static String body(int seed, String prompt) {
    return "{\"prompt\":\"%s\",\"max_tokens\":30,\"temperature\":0.5,\"seed\":%d}"
        .formatted(prompt, seed);
  }
}
