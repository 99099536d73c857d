package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.generate.Continuation;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.storage.AtomicDirectory;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.TwoModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models whose files change while they are served. */
@QuarkusTest
@TestProfile(SwapTest.Changing.class)
class SwapTest {
  private static final int TOKENS = 40;
  private static final String PROMPT = "The boat came in late that evening";

  private final Http http = Http.ofApplication();

  /** Directories of its own, looked at every second. */
  public static final class Changing implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return new TwoModels().testResources();
    }
  }

  @AfterEach
  void theFirstModelAgain() throws IOException {
    write(TwoModels.flat());
    hangUp();
    awaitModel(hash(TwoModels.flat()));
  }

  @Test
  void aSwapUnderLoadFailsNoRequestAndMixesNoAnswer() throws Exception {
    Map<String, Checkpoint> models = new HashMap<>();
    Map<String, String> expected = new HashMap<>();
    for (Checkpoint c :
        List.of(TwoModels.flat(), TinyModels.random(TwoModels.flat().config(), 7))) {
      models.put(hash(c), c);
      expected.put("stlm-" + hash(c).substring(0, 12), text(c));
    }
    assertThat(expected.values()).doesNotHaveDuplicates();
    AtomicBoolean over = new AtomicBoolean();
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    Map<String, Integer> answers = new ConcurrentHashMap<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 6; i++) {
        boolean stream = i % 2 == 0;
        clients.execute(() -> {
          while (!over.get()) {
            ask(stream, expected, answers, wrong);
          }
        });
      }
      for (int swap = 0; swap < 4; swap++) {
        for (Map.Entry<String, Checkpoint> model : models.entrySet()) {
          write(model.getValue());
          hangUp();
          awaitModel(model.getKey());
        }
      }
      over.set(true);
      clients.shutdown();
      assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(wrong).isEmpty();
    assertThat(answers.keySet()).isEqualTo(expected.keySet());
  }

  private void ask(
      boolean stream,
      Map<String, String> expected,
      Map<String, Integer> answers,
      Queue<String> wrong) {
    String body =
        "{\"prompt\":\"%s\",\"max_tokens\":%d,\"temperature\":0.8,\"seed\":3,\"stream\":%b}"
            .formatted(PROMPT, TOKENS, stream);
    HttpResponse<String> answer = http.post("/v1/completions", body);
    if (answer.statusCode() != 200) {
      wrong.add(answer.statusCode() + ": " + answer.body());
      return;
    }
    StringBuilder text = new StringBuilder();
    String fingerprint = "";
    for (JsonNode part : stream ? Http.events(answer) : List.of(Http.tree(answer.body()))) {
      String own = part.path("system_fingerprint").asText();
      if (!fingerprint.isEmpty() && !fingerprint.equals(own)) {
        wrong.add("two models in one answer: " + answer.body());
      }
      fingerprint = own;
      text.append(part.path("choices").path(0).path("text").asText());
    }
    answers.merge(fingerprint, 1, Integer::sum);
    if (!text.toString().equals(expected.get(fingerprint))) {
      wrong.add(fingerprint + " said " + text + " and not " + expected.get(fingerprint));
    }
  }

  private static String text(Checkpoint checkpoint) {
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        Session session = model.newSession()) {
      int[] ids = model.tokenizer().encode(PROMPT);
      Continuation text =
          new Continuation(
              model.tokenizer(),
              GenerateOptions.of(TOKENS, new SamplerConfig(0.8, 0, 1, 0, 1, 3)),
              ids);
      float[] logits = session.append(ids);
      while (text.next(logits)) {
        logits = session.append(text.lastId());
      }
      return text.takeText();
    }
  }

  @Test
  void filesThatChangeAreSeenWithoutASignal() {
    Checkpoint other = TinyModels.random(TwoModels.flat().config(), 8);
    write(other);
    awaitModel(hash(other));
  }

  @Test
  void aBadCheckpointLeavesTheOldModelInPlace() throws IOException {
    Path config = TwoModels.directory("flat").resolve(CheckpointDirectory.CONFIG);
    Files.writeString(config, "{");
    hangUp();
    // the other model is loaded after it, so once that is new the first has been tried
    Checkpoint pooled = TinyModels.random(TwoModels.pooled().config(), 9);
    CheckpointDirectory.write(pooled, TwoModels.directory("pooled"));
    hangUp();
    await(() -> sha("pooled").equals(hash(pooled)));
    assertThat(sha("flat")).isEqualTo(hash(TwoModels.flat()));
    assertThat(http.get("/q/health/ready").statusCode()).isEqualTo(200);
    http.ask("/v1/completions", "{\"prompt\":\"a\"}");
    CheckpointDirectory.write(TwoModels.pooled(), TwoModels.directory("pooled"));
  }

  @Test
  void weightsThatAreCutInPlaceCostAnErrorAndNotTheServer() throws IOException {
    http.ask("/v1/completions", "{\"prompt\":\"" + PROMPT + "\"}");
    Path weights = TwoModels.directory("flat").resolve(CheckpointDirectory.WEIGHTS);
    try (FileChannel file = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      file.truncate(100);
    }
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer =
          http.post("/v1/completions", "{\"prompt\":\"" + PROMPT + "\",\"max_tokens\":50}");
      assertThat(answer.statusCode()).as(answer.body()).isIn(500, 503);
      assertThat(Http.tree(answer.body()).path("error").path("message").asText()).isNotBlank();
    }
    HttpResponse<String> ready = http.get("/q/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("flat", "changed in place");
    assertThat(http.get("/q/health/live").statusCode()).isEqualTo(200);
    http.ask("/v1/completions", "{\"model\":\"pooled\",\"prompt\":\"a\"}");
    write(TwoModels.flat());
    await(() -> http.get("/q/health/ready").statusCode() == 200);
    http.ask("/v1/completions", "{\"prompt\":\"a\"}");
  }

  private static void write(Checkpoint checkpoint) {
    Path flat = TwoModels.directory("flat");
    try {
      // what a test has damaged is not known as a checkpoint
      AtomicDirectory.delete(flat);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CheckpointDirectory.write(checkpoint, flat);
  }

  private static void hangUp() throws IOException {
    new ProcessBuilder("sh", "-c", "kill -HUP " + ProcessHandle.current().pid()).start();
  }

  private static String hash(Checkpoint checkpoint) {
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint)) {
      return model.hash();
    }
  }

  private void awaitModel(String hash) {
    await(() -> sha("flat").equals(hash));
  }

  private String sha(String name) {
    return Http.tree(http.get("/v1/models/" + name).body()).path("sha256").asText();
  }

  /** Asks again and again: each time is a request, so this does not spin. */
  private static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(limit);
    }
  }
}
