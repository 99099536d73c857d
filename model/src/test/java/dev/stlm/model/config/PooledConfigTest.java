package dev.stlm.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PooledConfigTest {
  private static final String TINY = StrictJson.text(Presets.named("tiny-pooled"));

  static List<String> presets() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetComesBackFromItsJson(String name) {
    ModelConfig config = Presets.named(name);
    String json = StrictJson.text(config);
    assertThat(StrictJson.read(json, ModelConfig.class, "config.json")).isEqualTo(config);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyTieOfAPresetLeadsToAStoredParameterOfTheSameShape(String name) {
    ParameterLayout layout = ParameterLayout.of(Presets.named(name));
    for (Parameter p : layout.all()) {
      Parameter stored = layout.resolve(p.name());
      assertThat(stored.tiedTo()).isEmpty();
      assertThat(List.of(stored.rows(), stored.columns()))
          .isEqualTo(List.of(p.rows(), p.columns()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/encoder/stack/attention/heads | 0 | encoder.stack.attention.heads is 0; allowed: a whole",
        "/encoder/stack/width | 17 | encoder.stack.width is 17; allowed: the width of the model (16)",
        "/decoder/stack/width | 8 | decoder.stack.width is 8; allowed: the width of the model (16)",
        "/global/layers | 0 | global.layers is 0; allowed: a whole number from 1 to 1024",
        "/global/attention/kvHeads | 2 | global.attention.kvHeads is 2; allowed: a divisor",
        "/global/ffn/width | 0 | global.ffn.width is 0; allowed: a whole number from 1",
        "/global/attention/window | 0 | global.attention.window is 0; allowed: a whole number",
        "/vocabularySize | 255 | vocabularySize is 255; allowed: a whole number from 256",
        "/smear | 17 | smear is 17; allowed: a whole number from 1 to 16",
        "/futureIds | 17 | futureIds is 17; allowed: a whole number from 1 to 16",
        "/logitSoftCap | -1 | logitSoftCap is -1.0; allowed: a positive finite number",
        "/pooling | \"sum\" | pooling is \"sum\"; it should be one of \"mean\", \"last\"",
        "/encoder/scope | \"both\" | encoder.scope is \"both\"; it should be one of",
        "/encoder/scope | \"patch\" | encoder.stack.attention.window is 8; allowed: none where",
        "/decoder/type | \"serial\" | decoder: \"serial\" is not a known type; allowed:",
        "/patcher/type | \"none\" | patcher: unknown patcher type \"none\"; on the class path: ",
        "/patcher/settings/cap | \"x\" | patcher: ",
        "/patcher/settings/cap | \"0\" | patcher: ",
        "/patcher/settings/caps | \"3\" | patcher: ",
        "/global/sharing | {\"ffnGroup\": 3, \"ffnDeltaRank\": 0, \"attentionOutput\": false,"
            + " \"repeats\": 1} | global.sharing.ffnGroup is 3; allowed: a whole number from 1 to 2",
        "/global/sharing | {\"ffnGroup\": 2, \"ffnDeltaRank\": -1, \"attentionOutput\": false,"
            + " \"repeats\": 1} | global.sharing.ffnDeltaRank is -1; allowed: a whole number from 0"
      })
  void whatCanNotFitTogetherIsRefusedByName(String pointer, String value, String message) {
    JsonNode json = StrictJson.readTree(TINY, "tiny");
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) json.at(pointer.substring(0, slash)))
        .set(pointer.substring(slash + 1), StrictJson.readTree(value, "value"));
    assertThatThrownBy(() -> StrictJson.read(json, ModelConfig.class, "config.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("config.json: " + message)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aParallelDecoderNeedsASlotForEveryByteOfAPatch() {
    JsonNode json = StrictJson.readTree(TINY, "tiny");
    ObjectNode decoder = (ObjectNode) json.at("/decoder");
    decoder.put("type", "parallel").put("slots", 11);
    ((ObjectNode) decoder.at("/stack/attention")).remove("window");
    assertThatThrownBy(() -> StrictJson.read(json, ModelConfig.class, "config.json"))
        .hasMessage(
            "config.json: decoder.slots is 11; allowed: at least the patcher's cap of 12 bytes");
    decoder.put("slots", 12);
    assertThat(StrictJson.read(json, ModelConfig.class, "config.json"))
        .isInstanceOf(PooledConfig.class);
    ((ObjectNode) json).put("futureIds", 2);
    assertThatThrownBy(() -> StrictJson.read(json, ModelConfig.class, "config.json"))
        .hasMessageStartingWith("config.json: futureIds is 2; allowed: none where decoder.type");
  }

  @Test
  void patchesAreOfBytesAndNotOfOtherIds() {
    JsonNode json = StrictJson.readTree(TINY, "tiny");
    ((ObjectNode) json).put("vocabularySize", 50_257);
    ModelConfig config = StrictJson.read(json, ModelConfig.class, "config.json");
    assertThatThrownBy(
            () -> InitialCheckpoint.random(config, Tokenizers.create("gpt2", Map.of()), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ids 0 to 255 are not the bytes");
  }

  @Test
  void sharedPartsAreStoredOnce() {
    StackConfig own = ((FlatConfig) Presets.named("tiny")).stack();
    StackConfig shared =
        new StackConfig(
            own.width(),
            4,
            own.attention(),
            own.ffn(),
            java.util.Optional.of(new SharingConfig(2, 3, true, 2)));
    List<Parameter> all = StackLayout.parameters("s.", shared);
    assertThat(tied(all))
        .containsExactlyInAnyOrder(
            "s.layers.1.attention.output = s.layers.0.attention.output",
            "s.layers.2.attention.output = s.layers.0.attention.output",
            "s.layers.3.attention.output = s.layers.0.attention.output",
            "s.layers.1.ffn.input = s.layers.0.ffn.input",
            "s.layers.1.ffn.output = s.layers.0.ffn.output",
            "s.layers.3.ffn.input = s.layers.2.ffn.input",
            "s.layers.3.ffn.output = s.layers.2.ffn.output");
    assertThat(all.stream().filter(p -> p.name().contains("Delta"))).hasSize(4 * 4);
    assertThat(shared.depth()).isEqualTo(8);
  }

  private static List<String> tied(List<Parameter> all) {
    return all.stream()
        .filter(p -> p.tiedTo().isPresent())
        .map(p -> p.name() + " = " + p.tiedTo().get())
        .toList();
  }

  @Test
  void specialIdsEndPatchesAndTheTextStartsAnew() {
    PatchTracker tracker =
        new PatchTracker(new PatcherConfig("whitespace", Map.of("cap", "4")).create());
    int[] ids = {256, 'a', 'b', 258, ' ', 'a', ' ', 'a', 'b', 'c', 'd', 257, 256};
    boolean[] ends = {
      true, false, false, true, false, false, true, false, false, false, true, true, true
    };
    for (int i = 0; i < ids.length; i++) {
      PatchTracker fork = tracker.fork();
      assertThat(tracker.accept(ids[i])).as("id %d", i).isEqualTo(ends[i]);
      assertThat(fork.accept(ids[i])).isEqualTo(ends[i]);
    }
  }
}
