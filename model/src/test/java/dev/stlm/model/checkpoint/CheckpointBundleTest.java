package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointBundleTest {
  @TempDir Path temp;

  private Path program;

  @BeforeEach
  void aProgram() throws IOException {
    program = temp.resolve("program");
    Files.writeString(program, "#!/bin/sh\necho runs\nexit 0\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void theCheckpointInsideIsTheOneThatWasPutThere() throws IOException {
    Checkpoint checkpoint = TinyModels.int8(TinyModels.plain(), 8);
    Path both = write(checkpoint);
    CheckpointBundle bundle = CheckpointBundle.find(both).orElseThrow();
    assertThat(bundle.name()).isEqualTo("tiny");
    assertThat(bundle.hash())
        .isEqualTo(CheckpointHash.of(checkpoint))
        .isEqualTo(CheckpointHash.of(bundle.open()));
    assertThat(CheckpointHash.of(CheckpointDirectory.open(both))).isEqualTo(bundle.hash());
    assertThat(CheckpointDirectory.text(both, "chat.json")).contains("{}");
    assertThat(CheckpointDirectory.text(both, "other.json")).isEmpty();
    try (var inside = ModelRuntimes.load("cpu", both);
        var outside = ModelRuntimes.load("cpu", checkpoint);
        var a = inside.newSession();
        var b = outside.newSession()) {
      assertThat(inside.hash()).isEqualTo(outside.hash());
      assertThat(a.append(84, 104, 101)).isEqualTo(b.append(84, 104, 101));
    }
  }

  @Test
  void theProgramRunsAsBefore() throws Exception {
    Path both = write(TinyModels.plain());
    assertThat(Files.isExecutable(both)).isTrue();
    Process process = new ProcessBuilder(both.toString()).start();
    assertThat(process.inputReader().readLine()).isEqualTo("runs");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void anotherModelTakesThePlaceOfTheFirst() throws IOException {
    Path first = write(TinyModels.plain());
    Checkpoint other = TinyModels.int8(TinyModels.plain(), 8);
    Path second = temp.resolve("second");
    CheckpointBundle.write(first, other, "other", Map.of(), second);
    Path direct = temp.resolve("direct");
    CheckpointBundle.write(program, other, "other", Map.of(), direct);
    assertThat(second).hasSameBinaryContentAs(direct);
  }

  @Test
  void whatHasNoModelInsideIsSaid() throws IOException {
    assertThat(CheckpointBundle.find(program)).isEmpty();
    assertThat(CheckpointBundle.find(temp)).isEmpty();
    assertThat(CheckpointBundle.find(temp.resolve("nothing"))).isEmpty();
    assertThatThrownBy(() -> CheckpointDirectory.open(program))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a file");
    assertThatThrownBy(() ->
            CheckpointBundle.write(
                temp.resolve("nothing"), TinyModels.plain(), "x", Map.of(), temp.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5})
  void damageIsSaidInOneLineOrChangesNothing(long seed) throws IOException {
    byte[] whole = Files.readAllBytes(write(TinyModels.plain()));
    Path damaged = temp.resolve("damaged");
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] bytes = whole.clone();
      // the index, its trailer, and the texts before them
      bytes[bytes.length - 1 - random.nextInt(600)] ^= (byte) (1 << random.nextInt(8));
      Files.write(damaged, bytes);
      try {
        CheckpointDirectory.open(damaged);
      } catch (InvalidInputException e) {
        refused++;
        assertThat(e.getMessage()).contains("damaged").doesNotContain("\n");
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void valuesAreLookedAtOnceWhenTheyArePutInside() throws IOException {
    Checkpoint checkpoint = TinyModels.int8(TinyModels.plain(), 8);
    byte[] values =
        ((Tensor.Int8) Objects.requireNonNull(checkpoint.tensors().get("embed")))
            .values()
            .toArray(ValueLayout.JAVA_BYTE);
    byte[] whole = Files.readAllBytes(write(checkpoint));
    int at = 0;
    while (!Arrays.equals(values, Arrays.copyOfRange(whole, at, at + values.length))) {
      at += 8; // tensors lie at multiples of their alignment
    }
    // what a checkpoint of its own would be refused for
    whole[at] = -128;
    Path changed = temp.resolve("changed");
    Files.write(changed, whole);
    Tensor.Int8 read =
        (Tensor.Int8)
            Objects.requireNonNull(
                CheckpointBundle.find(changed).orElseThrow().open().tensors().get("embed"));
    assertThat(read.values().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) -128);
    assertThatThrownBy(() ->
            new Tensor.Int8(
                read.rows(), read.columns(), read.group(), read.values(), read.scales()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aFileThatIsCutShortHasNoModel() throws IOException {
    byte[] whole = Files.readAllBytes(write(TinyModels.plain()));
    Path cut = temp.resolve("cut");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 1));
    assertThat(CheckpointBundle.find(cut)).isEmpty();
  }

  private Path write(Checkpoint checkpoint) {
    Path both = temp.resolve("both");
    CheckpointBundle.write(program, checkpoint, "tiny", Map.of("chat.json", "{}"), both);
    return both;
  }
}
