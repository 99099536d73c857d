package dev.stlm.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.kit.CommandRun;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final Checkpoint TINY =
      InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1);

  @TempDir Path temp;

  @Test
  void presetIsLaidOut() {
    CommandRun printed = run("tiny");
    assertThat(printed.code()).isZero();
    assertThat(printed.out().lines())
        .anyMatch(l -> l.matches("embed +260 x 16 f32 +4,160 +16,640"))
        .anyMatch(l -> l.matches("layers\\.\\*\\.ffn\\.input +32 x 16 f32 +1,024 +4,096 +x 2"))
        .anyMatch(l -> l.matches("head +260 x 16 tied +0 +0 +=\\ embed"))
        .anyMatch(l -> l.matches("parameters +9,136"))
        .anyMatch(l -> l.matches("  tables and head +5,184 \\(56\\.7 %\\)"))
        .anyMatch(l -> l.matches("FLOPs per byte +first +at position 64"))
        .anyMatch(l -> l.matches("  total +16,128 +24,192"));
    assertThat(run("tiny", "--all-layers").out()).contains("layers.1.ffn.input");
  }

  @Test
  void checkpointIsPrintedAsJsonWithItsHash() throws IOException {
    Path dir = temp.resolve("model");
    CheckpointDirectory.write(TINY, dir);
    CommandRun printed = run(dir.toString(), "--json");
    assertThat(printed.code()).isZero();
    JsonNode json = StrictJson.readTree(printed.out(), "out");
    assertThat(json.at("/weights/hash").textValue()).isEqualTo(CheckpointHash.of(TINY));
    assertThat(json.at("/weights/bytesOnDisk").longValue())
        .isEqualTo(
            Files.size(dir.resolve("config.json"))
                + Files.size(dir.resolve("model.safetensors"))
                + Files.size(dir.resolve("tokenizer.json"))
                + Files.size(dir.resolve("history.json")));
    assertThat(json.at("/accounting/parameters").longValue()).isEqualTo(9136);
    assertThat(json.at("/tensorBytes").longValue()).isEqualTo(4 * 9136);
    assertThat(json.at("/accounting/flopsFull/attention").longValue()).isEqualTo(11264);
    assertThat(json.at("/parameters/0/shape/1").intValue()).isEqualTo(16);
    assertThat(run(dir.toString()).out())
        .contains("history    initialise.random/1")
        .contains(CheckpointHash.of(TINY));
  }

  @Test
  void configFileIsInspectedToo() throws IOException {
    Path file = temp.resolve("own.json");
    StrictJson.write(file, Presets.named("tiny"));
    assertThat(run(file.toString()).out()).isEqualTo(run("tiny").out());
  }

  @Test
  void whatIsNeitherIsOneLineAndCode2() {
    CommandRun printed = run("nowhere");
    assertThat(printed.code()).isEqualTo(2);
    assertThat(printed.out()).isEmpty();
    assertThat(printed.err().lines())
        .containsExactly(
            "stlm: nowhere: no such checkpoint directory, config file or preset; presets: "
                + String.join(", ", Presets.names()));
    CommandRun empty = run(temp.toString());
    assertThat(empty.code()).isEqualTo(2);
    assertThat(empty.err())
        .contains(temp.resolve("config.json") + ": no such file")
        .hasLineCount(1);
  }

  private static CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of("inspect"));
    all.addAll(List.of(args));
    return CommandRun.of(all.toArray(String[]::new));
  }
}
