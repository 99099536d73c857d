package dev.stlm.serving.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.stlm.cli.Main;
import dev.stlm.serving.kit.Http;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParseResult;

/** The files that start the server elsewhere: well formed, and with options that the server has. */
class DeployFilesTest {
  private static final Path DIRECTORY = Path.of("src/main/deploy");
  private static final List<String> PATHS =
      List.of("/q/health/live", "/q/health/ready", "/q/metrics");

  private static String read(String file) {
    try {
      return Files.readString(DIRECTORY.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> kubernetes() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    try (var values =
        yaml.readerFor(JsonNode.class).<JsonNode>readValues(read("kubernetes.yaml"))) {
      return values.readAll();
    }
  }

  /** What serve makes of arguments; unknown options and wrong values are thrown. */
  private static ParseResult serve(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.addFirst("serve");
    return Main.commandLine().parseArgs(all.toArray(String[]::new)).subcommand();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(n -> strings.add(n.asText()));
    return strings;
  }

  @Test
  void theObjectsOfKubernetesFitTogether() throws IOException {
    List<JsonNode> objects = kubernetes();
    assertThat(objects)
        .extracting(o -> o.path("apiVersion").asText() + " " + o.path("kind").asText())
        .containsExactly("apps/v1 Deployment", "v1 Service", "policy/v1 PodDisruptionBudget");
    JsonNode deployment = objects.getFirst().path("spec");
    JsonNode labels = deployment.path("template").path("metadata").path("labels");
    assertThat(deployment.path("selector").path("matchLabels")).isEqualTo(labels);
    assertThat(objects.get(1).path("spec").path("selector")).isEqualTo(labels);
    assertThat(objects.get(2).path("spec").path("selector").path("matchLabels")).isEqualTo(labels);
    JsonNode pod = deployment.path("template").path("spec");
    JsonNode container = pod.path("containers").path(0);
    assertThat(container.path("volumeMounts"))
        .extracting(m -> m.path("name").asText())
        .containsExactlyInAnyOrderElementsOf(pod.path("volumes").findValuesAsText("name"));
    assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(container.path("securityContext").path("readOnlyRootFilesystem").asBoolean())
        .isTrue();
  }

  @Test
  void thePodIsStartedAndProbedAsTheServerUnderstands() throws IOException {
    JsonNode container = kubernetes().getFirst().at("/spec/template/spec/containers/0");
    ParseResult serve = serve(strings(container.path("args")));
    assertThat(serve.matchedOption("--port").<Integer>getValue())
        .isEqualTo(container.at("/ports/0/containerPort").asInt());
    assertThat(serve.matchedOption("--api-keys").getValue().toString()).startsWith("/keys/");
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(PATHS).contains(container.path(probe).at("/httpGet/path").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Containerfile", "Containerfile.jvm"})
  void anImageStartsTheServerAsAnyUser(String file) {
    List<String> lines = read(file).lines().toList();
    assertThat(lines).contains("USER 65532:65532");
    String command =
        lines.stream().filter(l -> l.startsWith("CMD ")).findFirst().orElseThrow().substring(4);
    ParseResult serve = serve(strings(Http.tree(command)));
    assertThat(serve.matchedOption("--host").<String>getValue()).isEqualTo("0.0.0.0");
    assertThat(
            lines.stream()
                .filter(l -> l.startsWith("ENTRYPOINT "))
                .map(l -> Http.tree(l.substring(11))))
        .singleElement()
        .satisfies(n -> assertThat(n.isArray()).isTrue());
  }

  @Test
  void theUnitStartsTheServerWithoutRights() {
    String unit = read("stlm-serve.service");
    assertThat(unit.lines())
        .allMatch(
            line -> line.isEmpty() || line.matches("#.*|\\[(Unit|Service|Install)]|[A-Z]\\w*=.*"));
    List<String> start =
        Pattern.compile("(?m)^ExecStart=(.*)$")
            .matcher(unit)
            .results()
            .map((MatchResult m) -> m.group(1))
            .toList();
    assertThat(start).hasSize(1);
    List<String> words = List.of(start.getFirst().split(" ", -1));
    assertThat(serve(words.subList(1, words.size())).hasMatchedOption("--api-keys")).isTrue();
    assertThat(unit)
        .contains(
            "DynamicUser=yes",
            "ProtectSystem=strict",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=\n");
  }
}
