package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Requests that are nearly right: each is answered or refused by name, and the server goes on. */
@QuarkusTest
@TestProfile(ToyServer.class)
class RequestFuzzTest {
  private static final Map<String, String> REQUESTS =
      Map.of(
          "/v1/completions",
              """
              {"prompt":["ab",""],"max_tokens":5,"n":2,"best_of":3,"stop":["x"],"logprobs":1,
               "logit_bias":{"97":1},"seed":1,"echo":true,
               "response_format":{"type":"regex","pattern":"[a-z]{2,}"}}
              """,
          "/v1/chat/completions",
              """
              {"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}],"max_tokens":5,
               "top_logprobs":1,"logprobs":true,"stream":true,"stream_options":{"include_usage":true},
               "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
                 {"type":"object","properties":{"a":{"type":"integer","maximum":3}}}}}}
              """,
          "/v1/classify",
              """
              {"input":["a","b"],"labels":["x","yz"],"template":"q {input}","normalize":"bytes"}
              """,
          "/v1/score", "{\"context\":\"a\",\"continuations\":[\"b\",\"cd\"]}",
          "/tokenize", "{\"prompt\":\"a\"}",
          "/detokenize", "{\"tokens\":[1,2]}");

  private final Http http = Http.ofApplication();
  private final JsonNodeFactory json = JsonNodeFactory.instance;

  @Test
  void aMutatedRequestIsAnsweredOrRefused() {
    Random random = new Random(20);
    List<String> paths = REQUESTS.keySet().stream().sorted().toList();
    int answered = 0;
    for (int i = 0; i < 900; i++) {
      String path = paths.get(i % paths.size());
      JsonNode request = Http.tree(REQUESTS.getOrDefault(path, "{}"));
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        change(request, random);
      }
      String body = request.toString();
      answered += check(http.post(path, body), path + " " + body) ? 1 : 0;
    }
    // the changes are small enough that many requests still mean something
    assertThat(answered).isGreaterThan(90);
  }

  @Test
  void mutatedBytesAreAnsweredOrRefused() {
    Random random = new Random(21);
    List<String> paths = REQUESTS.keySet().stream().sorted().toList();
    for (int i = 0; i < 300; i++) {
      String path = paths.get(i % paths.size());
      byte[] body = REQUESTS.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      check(
          http.post(path, "application/json", body),
          path + " " + new String(body, StandardCharsets.ISO_8859_1));
    }
  }

  private static boolean check(HttpResponse<String> response, String what) {
    if (response.statusCode() == 200) {
      return true;
    }
    assertThat(response.statusCode()).as("%s: %s", what, response.body()).isIn(400, 404);
    JsonNode error = Http.tree(response.body()).path("error");
    assertThat(error.path("message").asText()).as(what).isNotBlank().doesNotContain("\n");
    return false;
  }

  /** Replaces, removes or adds something at a random place. */
  private void change(JsonNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    if (container instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.add("other");
      String name = names.get(random.nextInt(names.size()));
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, value(random, root));
      }
    } else if (container instanceof ArrayNode array) {
      array.insert(random.nextInt(array.size() + 1), value(random, root));
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private JsonNode value(Random random, JsonNode root) {
    return switch (random.nextInt(12)) {
      case 0 -> json.nullNode();
      case 1 -> json.booleanNode(random.nextBoolean());
      case 2 -> json.numberNode(random.nextInt(40) - 5);
      case 3 -> json.numberNode(random.nextGaussian() * 1e10);
      case 4 -> json.numberNode(Long.MAX_VALUE);
      case 5 -> json.textNode("");
      case 6 -> json.textNode("é<|endoftext|>");
      case 7 -> json.textNode("\ud800");
      case 8 -> json.arrayNode().add(1).add("a");
      case 9 -> json.objectNode().put("type", "object");
      case 10 -> root.deepCopy();
      default -> json.textNode("x".repeat(3000));
    };
  }
}
