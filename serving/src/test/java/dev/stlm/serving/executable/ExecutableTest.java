package dev.stlm.serving.executable;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting, ending and refusing of the executable. */
@Tag("native")
class ExecutableTest {
  private static final String GREEDY =
      "{\"prompt\":\"Once\",\"temperature\":0,\"max_tokens\":30,\"logprobs\":3}";

  @TempDir Path temp;

  private Path model;

  @BeforeEach
  void aModel() {
    model = temp.resolve("whale");
    CheckpointDirectory.write(TinyModels.int8(TinyModels.plain(), 16), model);
  }

  @Test
  void withAModelInsideItNeedsNoArguments() throws Exception {
    Path both = temp.resolve("both");
    Executables.Ended embedded =
        Executables.run(
            Executables.onTheMachine("--embed", model.toString(), "--output", both.toString()),
            temp);
    assertThat(embedded).isEqualTo(new Executables.Ended(0, embedded.out(), ""));
    assertThat(Files.size(both))
        .isLessThan(Files.size(Executables.executable()) + 4096 + (1 << 20));
    try (ServerProcess inside = ServerProcess.start(List.of(both.toString()));
        ServerProcess outside =
            ServerProcess.start(Executables.onTheMachine("--model", model.toString()))) {
      assertThat(inside.lines().getFirst()).startsWith("Serving whale at ");
      assertThat(choices(inside.http())).isEqualTo(choices(outside.http()));
      assertThat(Http.tree(inside.http().get("/v1/models/whale").body()).path("sha256").asText())
          .isEqualTo(CheckpointHash.of(CheckpointDirectory.open(model)));
    }
    // another model in place of the first, without a build
    Path other = temp.resolve("other");
    CheckpointDirectory.write(TinyModels.plain(), other);
    Path again = temp.resolve("again");
    assertThat(
            Executables.run(
                    List.of(
                        both.toString(), "--embed", other.toString(), "--output", again.toString()),
                    temp)
                .code())
        .isZero();
    try (ServerProcess changed = ServerProcess.start(List.of(again.toString()))) {
      assertThat(changed.lines().getFirst()).startsWith("Serving other at ");
    }
  }

  private static JsonNode choices(Http http) {
    return http.ask("/v1/completions", GREEDY).path("choices");
  }

  @Test
  void propertiesOfTheCurrentDirectoryAreRead() throws Exception {
    Path config = Files.createDirectory(temp.resolve("config"));
    Files.writeString(
        config.resolve("application.properties"), "quarkus.http.header.\"X-Here\".value=yes\n");
    List<String> there = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\""));
    there.add(temp.toString());
    there.addAll(Executables.onTheMachine(model.toString()));
    try (ServerProcess server = ServerProcess.start(there)) {
      assertThat(server.http().get("/v1/models").headers().firstValue("X-Here")).hasValue("yes");
    }
  }

  @Test
  void aSignalToEndLetsARunningRequestFinish() throws Exception {
    try (ServerProcess server = ServerProcess.start(Executables.onTheMachine(model.toString()))) {
      List<CompletableFuture<HttpResponse<String>>> running =
          IntStream.range(0, 4)
              .mapToObj(i ->
                  server
                      .http()
                      .postLater("/v1/completions", "{\"prompt\":\"a\",\"n\":4,\"max_tokens\":90}"))
              .toList();
      // one more round trip: the others have arrived, or are answered already
      assertThat(server.http().get("/q/health/ready").statusCode()).isEqualTo(200);
      server.terminate();
      for (CompletableFuture<HttpResponse<String>> answer : running) {
        assertThat(answer.join().statusCode()).isIn(200, 503);
      }
      assertThat(server.exitCode()).isIn(0, 143);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--frobnicate", "--port=many", "--max-queue=0", "--chat-template=nowhere.json"})
  void aWrongOptionIsSaidInOneLine(String option) throws Exception {
    Executables.Ended ended =
        Executables.run(Executables.onTheMachine(model.toString(), option), temp);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).startsWith("stlm: ").doesNotContain("Exception", "\tat ");
    assertThat(ended.err().lines().count()).isLessThanOrEqualTo(2);
  }

  @Test
  void aMissingModelIsSaidInOneLine() throws Exception {
    oneLine(Executables.onTheMachine(), "no model");
    oneLine(Executables.onTheMachine(temp.resolve("none").toString()), "no such directory");
  }

  @Test
  void aDamagedModelIsSaidInOneLine() throws Exception {
    Path weights = model.resolve(CheckpointDirectory.WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 5));
    oneLine(Executables.onTheMachine(model.toString()), "model.safetensors");
    Files.write(
        model.resolve(CheckpointDirectory.CONFIG),
        "{\"architecture\":\"flat\",\"width\":-1}".getBytes(StandardCharsets.UTF_8));
    oneLine(Executables.onTheMachine(model.toString()), "config.json");
  }

  @Test
  void aPortInUseIsSaidInOneLine() throws Exception {
    try (ServerProcess server = ServerProcess.start(Executables.onTheMachine(model.toString()))) {
      String port = server.http().base().replaceFirst(".*:", "");
      oneLine(Executables.onTheMachine(model.toString(), "--port", port), "can not listen");
    }
  }

  private void oneLine(List<String> command, String part) throws IOException, InterruptedException {
    Executables.Ended ended = Executables.run(command, temp);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).startsWith("stlm: ").contains(part).hasLineCount(1);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void helpNamesTheProgram() throws Exception {
    Executables.Ended ended = Executables.run(Executables.onTheMachine("--help"), temp);
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("Usage: stlm-serve", "--embed", "--model", "--port");
  }
}
