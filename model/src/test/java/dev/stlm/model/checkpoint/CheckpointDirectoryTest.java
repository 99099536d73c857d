package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {
  private static final ModelConfig TINY = Presets.named("tiny");

  @TempDir Path temp;

  @Test
  void whatWasWrittenIsOpenedAndWrittenAgainAsTheSameBytes() throws IOException {
    Checkpoint checkpoint = random(1);
    Path first = temp.resolve("new/first");
    Path second = temp.resolve("second");
    CheckpointDirectory.write(checkpoint, first);
    Checkpoint opened = CheckpointDirectory.open(first);
    CheckpointDirectory.write(opened, second);

    assertThat(opened.config()).isEqualTo(checkpoint.config());
    assertThat(opened.history()).isEqualTo(checkpoint.history());
    assertThat(opened.tensors().keySet())
        .containsExactlyElementsOf(ParameterLayout.of(TINY).byName().keySet());
    assertThat(values(opened)).isEqualTo(values(checkpoint));
    assertThat(CheckpointHash.of(opened)).isEqualTo(CheckpointHash.of(checkpoint)).hasSize(64);
    assertThat(bytes(second)).isEqualTo(bytes(first)).hasSize(4);
  }

  @Test
  void anExistingCheckpointIsReplacedWithItsState() throws IOException {
    Path dir = temp.resolve("model");
    CheckpointDirectory.write(
        random(1),
        dir,
        at -> {
          Files.createDirectory(at.resolve("state"));
          Files.writeString(at.resolve("state/step"), "7");
        });
    assertThat(dir.resolve("state/step")).hasContent("7");
    Checkpoint mapped = CheckpointDirectory.open(dir);
    CheckpointDirectory.write(random(2), dir);
    assertThat(CheckpointHash.of(CheckpointDirectory.open(dir)))
        .isEqualTo(CheckpointHash.of(random(2)));
    assertThat(dir.resolve("state")).doesNotExist();
    assertThat(CheckpointHash.of(mapped))
        .as("the replaced file stays readable while it is mapped")
        .isEqualTo(CheckpointHash.of(random(1)));
    assertThat(names(temp)).containsExactly("model");
  }

  @Test
  void aDirectoryOfSomethingElseIsRefusedAndLeftAlone() throws IOException {
    Path dir = Files.createDirectory(temp.resolve("home"));
    Files.writeString(dir.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> CheckpointDirectory.write(random(1), dir))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            dir
                + ": holds something else than a checkpoint (notes.txt); give a new or empty directory");
    assertThat(names(dir)).containsExactly("notes.txt");
    Path file = dir.resolve("notes.txt");
    assertThatThrownBy(() -> CheckpointDirectory.write(random(1), file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void aWriteThatFailsLeavesTheOldCheckpointAndNothingElse() throws IOException {
    Path dir = temp.resolve("model");
    CheckpointDirectory.write(random(1), dir);
    Map<String, String> before = bytes(dir);
    assertThatThrownBy(() ->
            CheckpointDirectory.write(
                random(2),
                dir,
                at -> {
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(dir + ": can not be written")
        .hasMessageContaining("No space left on device");
    assertThat(bytes(dir)).isEqualTo(before);
    assertThat(names(temp)).containsExactly("model");
  }

  @Test
  void aCrashBetweenTheTwoRenamesLosesNothing() throws IOException {
    Path dir = temp.resolve("model");
    CheckpointDirectory.write(random(1), dir);
    Files.move(dir, temp.resolve(".model.previous"));
    Files.createDirectory(temp.resolve(".model.writing"));
    assertThat(CheckpointHash.of(CheckpointDirectory.open(dir)))
        .isEqualTo(CheckpointHash.of(random(1)));
    CheckpointDirectory.write(random(2), dir);
    assertThat(names(temp)).containsExactly("model");
  }

  @Test
  void hashFollowsConfigAndWeightsButNotHistory() {
    Checkpoint one = random(1);
    Checkpoint later = one.with(one.tensors(), new History.Entry("train/1", Map.of("bytes", "12")));
    assertThat(CheckpointHash.of(later)).isEqualTo(CheckpointHash.of(one));
    assertThat(CheckpointHash.of(random(2))).isNotEqualTo(CheckpointHash.of(one));
    Map<String, Tensor> changed = new LinkedHashMap<>(one.tensors());
    float[] norm = one.tensor("norm").toFloats();
    norm[3] = Math.nextUp(norm[3]);
    changed.put("norm", Tensor.F32.of(1, norm.length, norm));
    assertThat(CheckpointHash.of(new Checkpoint(TINY, new ByteTokenizer(), changed, one.history())))
        .isNotEqualTo(CheckpointHash.of(one));
  }

  @Test
  void historyKeepsTheOrderOfItsDetails() throws IOException {
    Map<String, String> details = new LinkedHashMap<>();
    for (String key : "zeta alpha mid beta omega".split(" ")) {
      details.put(key, key + "=\"1\"\n");
    }
    Checkpoint one = random(1);
    Path dir = temp.resolve("model");
    CheckpointDirectory.write(one.with(one.tensors(), new History.Entry("x/1", details)), dir);
    History.Entry read = CheckpointDirectory.open(dir).history().entries().getLast();
    assertThat(read.details()).containsExactlyEntriesOf(details);
  }

  private static Checkpoint random(long seed) {
    return InitialCheckpoint.random(TINY, new ByteTokenizer(), seed);
  }

  private static Map<String, List<Float>> values(Checkpoint checkpoint) {
    Map<String, List<Float>> values = new TreeMap<>();
    checkpoint
        .tensors()
        .forEach((name, tensor) -> {
          List<Float> list = new ArrayList<>();
          for (float value : tensor.toFloats()) {
            list.add(value);
          }
          values.put(name, list);
        });
    return values;
  }

  private static Map<String, String> bytes(Path dir) throws IOException {
    Map<String, String> bytes = new TreeMap<>();
    for (String name : names(dir)) {
      bytes.put(name, HexFormat.of().formatHex(Files.readAllBytes(dir.resolve(name))));
    }
    return bytes;
  }

  private static List<String> names(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
