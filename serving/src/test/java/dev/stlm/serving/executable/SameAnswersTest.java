package dev.stlm.serving.executable;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.model.kit.TinyConfigs;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ServerProcess;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The executable and the JVM answer every request alike: the same status, texts, and every digit of
 * every log-probability, for each way in which weights are stored and for both kinds of model.
 */
@Tag("native")
class SameAnswersTest {
  /** What differs from run to run. */
  private static final Set<String> OWN = Set.of("id", "created");

  @TempDir Path temp;

  /** What is served. */
  enum Model {
    FLAT_F32 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.plain();
      }
    },
    FLAT_INT8 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.int8(TinyModels.plain(), 16);
      }
    },
    FLAT_INT4 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.int4(TinyModels.plain(), 16);
      }
    },
    FLAT_BF16 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.bf16(TinyModels.plain());
      }
    },
    FLAT_F16 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.stackedF16(TinyModels.plain());
      }
    },
    POOLED_F32 {
      @Override
      Checkpoint checkpoint() {
        return pooled();
      }
    },
    POOLED_INT8 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.int8(pooled(), 16);
      }
    },
    NANO_INT8 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.int8(
            InitialCheckpoint.random(Presets.named("nano"), new ByteTokenizer(), 7), 32);
      }
    },
    NANO_INT4 {
      @Override
      Checkpoint checkpoint() {
        return TinyModels.int4(
            InitialCheckpoint.random(Presets.named("nano"), new ByteTokenizer(), 7), 32);
      }
    };

    abstract Checkpoint checkpoint();

    private static Checkpoint pooled() {
      return TinyModels.random(TinyConfigs.pooled().values().iterator().next(), 3);
    }
  }

  /** A request: GET without a body, else POST. */
  private record Request(String path, String body) {
    static Request get(String path) {
      return new Request(path, "");
    }
  }

  private static final List<Request> REQUESTS =
      List.of(
          Request.get("/v1/models"),
          Request.get("/v1/models/m"),
          Request.get("/v1/models/other"),
          Request.get("/tokenizer_info"),
          Request.get("/nowhere"),
          Request.get("/v1/completions"),
          Request.get("/q/health/live"),
          Request.get("/q/health/ready"),
          Request.get("/q/openapi?format=json"),
          new Request("/tokenize", "{\"prompt\":\"<|endoftext|>na\u00efve\"}"),
          new Request("/detokenize", "{\"tokens\":[104,105,256]}"),
          completion("\"prompt\":\"Once\",\"temperature\":0,\"max_tokens\":40,\"logprobs\":5"),
          completion(
              "\"prompt\":\"The cat sat\",\"echo\":true,\"logprobs\":20,\"max_tokens\":1,\"seed\":1"),
          completion(
              "\"prompt\":[\"a b\",\"c\"],\"echo\":true,\"logprobs\":1,\"max_tokens\":1,\"seed\":1"),
          completion("\"prompt\":[72,105,256],\"seed\":5,\"n\":3,\"max_tokens\":20"),
          completion("\"prompt\":\"x\",\"seed\":3,\"top_p\":0.7,\"top_k\":40,\"logprobs\":2"),
          completion("\"prompt\":\"x\",\"seed\":4,\"min_p\":0.1,\"repetition_penalty\":1.3"),
          completion(
              "\"prompt\":\"x\",\"temperature\":0,\"logit_bias\":{\"97\":100},\"stop\":\"aa\""),
          completion("\"prompt\":\"x\",\"temperature\":0,\"stream\":true,\"logprobs\":1"),
          completion("\"prompt\":\"\",\"seed\":2,\"max_tokens\":4"),
          completion("\"prompt\":\"a\",\"max_tokens\":-1"),
          completion("\"prompt\":\"a\",\"temperature\":\"hot\""),
          completion("\"prompt\":\"a\",\"frobnicate\":1"),
          completion("\"prompt\":\"" + "long ".repeat(300) + "\""),
          new Request("/v1/completions", "{"),
          new Request("/v1/completions", "[".repeat(20_000)),
          chat("\"temperature\":0,\"max_tokens\":24,\"logprobs\":true,\"top_logprobs\":3"),
          chat("\"seed\":8,\"max_tokens\":24,\"stream\":true"),
          chat("\"tools\":[{}]"));

  private static Request completion(String fields) {
    return new Request("/v1/completions", "{" + fields + "}");
  }

  private static Request chat(String fields) {
    return new Request(
        "/v1/chat/completions",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + fields + "}");
  }

  @ParameterizedTest
  @EnumSource
  void theExecutableAnswersAsTheJvmDoes(Model model) throws IOException {
    Path directory = temp.resolve("m");
    CheckpointDirectory.write(model.checkpoint(), directory);
    String dir = directory.toString();
    try (ServerProcess machine = ServerProcess.start(Executables.onTheMachine(dir));
        ServerProcess jvm = ServerProcess.start(Executables.onTheJvm(dir))) {
      assertThat(machine.lines()).anyMatch(line -> line.startsWith("Kernels: vector of "));
      for (Request request : REQUESTS) {
        assertThat(answer(machine.http(), request))
            .as("%s %s", request.path, request.body)
            .isEqualTo(answer(jvm.http(), request));
      }
      assertThat(machine.http().get("/q/metrics").body())
          .contains("stlm_generated_bytes_total", "stlm_first_byte_seconds_bucket");
    }
  }

  private static String answer(Http http, Request request) {
    HttpResponse<String> response =
        request.body.isEmpty() ? http.get(request.path) : http.post(request.path, request.body);
    if (response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream")) {
      return response.statusCode() + ": " + joined(Http.events(response));
    }
    return response.statusCode() + ": " + withoutOwn(Http.tree(response.body()));
  }

  /** What a stream says: how it is cut into events depends on the pace. */
  private static String joined(List<JsonNode> events) {
    StringBuilder text = new StringBuilder();
    List<JsonNode> logprobs = new ArrayList<>();
    List<JsonNode> reasons = new ArrayList<>();
    for (JsonNode event : events) {
      JsonNode choice = event.path("choices").path(0);
      text.append(choice.path("text").asText()).append(choice.at("/delta/content").asText());
      choice.at("/logprobs/token_logprobs").forEach(logprobs::add);
      reasons.add(choice.path("finish_reason"));
    }
    return text + " " + logprobs + " " + reasons.getLast();
  }

  private static JsonNode withoutOwn(JsonNode node) {
    if (node instanceof ObjectNode object) {
      // the id of a model is its name
      if (!object.path("object").asText().equals("model")) {
        object.remove(OWN);
      }
      object.remove("created");
    }
    node.forEach(SameAnswersTest::withoutOwn);
    return node;
  }
}
