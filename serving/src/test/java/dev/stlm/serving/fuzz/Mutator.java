package dev.stlm.serving.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.kit.Http;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes bodies of requests, as trees of JSON and as bytes; what comes out follows from the
 * generator alone.
 */
final class Mutator {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0.0",
          "1",
          "-1",
          "3",
          "1e308",
          "1e-400",
          "9223372036854775807",
          "1e999999999",
          "99999999999999999999",
          "0.5",
          "\"\"",
          "\"a\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"é\\n\"",
          "\"NaN\"",
          "[]",
          "{}",
          "[[]]",
          "[1]",
          "[300]",
          "[-1]",
          "[\"a\",\"b\"]",
          "[\"a\",1]",
          "{\"a\":1}",
          "{\"type\":\"json_object\"}",
          "{\"type\":\"regex\",\"pattern\":\"a*(\"}",
          "{\"include_usage\":true}",
          "{\"65\":5}",
          "{\"-1\":5}");

  private final RandomGenerator random;
  private final List<String> names;

  /**
   * A mutator that also adds fields.
   *
   * @param names of fields that some request knows
   */
  Mutator(RandomGenerator random, List<String> names) {
    this.random = random;
    this.names = names;
  }

  /** One to four changes of a body, mostly of its tree, sometimes of its bytes. */
  byte[] mutate(String body) {
    JsonNode tree = Http.tree(body);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      change(tree);
    }
    byte[] bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
    return random.nextInt(4) == 0 ? damage(bytes) : bytes;
  }

  private void change(JsonNode tree) {
    List<JsonNode> containers = new ArrayList<>();
    collect(tree, containers);
    switch (containers.get(random.nextInt(containers.size()))) {
      case ObjectNode object -> change(object);
      case ArrayNode array -> change(array);
      default -> throw new AssertionError();
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private void change(ObjectNode object) {
    List<String> present = new ArrayList<>();
    object.fieldNames().forEachRemaining(present::add);
    int kind = random.nextInt(4);
    if (kind == 0 && !present.isEmpty()) {
      object.remove(pick(present));
    } else if (kind == 1 || present.isEmpty()) {
      object.set(pick(names), value());
    } else if (kind == 2) {
      object.set(pick(present), value());
    } else {
      object.set(pick(present), object.get(pick(present)).deepCopy());
    }
  }

  private void change(ArrayNode array) {
    int kind = random.nextInt(3);
    if (kind == 0 && !array.isEmpty()) {
      array.remove(random.nextInt(array.size()));
    } else if (kind == 1 && !array.isEmpty()) {
      array.set(random.nextInt(array.size()), value());
    } else {
      array.insert(random.nextInt(array.size() + 1), value());
    }
  }

  private JsonNode value() {
    if (random.nextInt(4) == 0) {
      return JsonNodeFactory.instance.textNode(text());
    }
    try {
      return Http.JSON.readTree(pick(VALUES));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(1, 40);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          random.nextInt(8) == 0 ? random.nextInt(0xE000, 0x10FFFF) : random.nextInt(32, 127));
    }
    return text.toString();
  }

  /** Flips, cuts, repeats or inserts bytes. */
  private byte[] damage(byte[] bytes) {
    byte[] damaged = bytes.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> damaged = Arrays.copyOf(damaged, at);
      case 2 -> damaged[at] = (byte) random.nextInt(256);
      default -> {
        int from = random.nextInt(bytes.length);
        damaged = Arrays.copyOf(bytes, bytes.length + 16);
        System.arraycopy(bytes, from, damaged, bytes.length, Math.min(16, bytes.length - from));
      }
    }
    return damaged;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
