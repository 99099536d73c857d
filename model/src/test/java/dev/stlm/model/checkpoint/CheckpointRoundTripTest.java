package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** Models of odd widths, every parameter in an encoding drawn at random. */
class CheckpointRoundTripTest {
  private static final Path DIRECTORY = newDirectory();

  @Property(tries = 100)
  void everyMixtureOfEncodingsComesBack(@ForAll long seed) {
    Random random = new Random(seed);
    FlatConfig config = config(random);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int k = 0;
    for (Parameter p : ParameterLayout.of(config).stored()) {
      tensors.put(p.name(), tensor(p, k++, random));
    }
    Checkpoint checkpoint = new Checkpoint(config, new ByteTokenizer(), tensors, History.empty());
    Path dir = DIRECTORY.resolve("model");
    CheckpointDirectory.write(checkpoint, dir);
    Checkpoint opened = CheckpointDirectory.open(dir);

    assertThat(opened.config()).isEqualTo(config);
    assertThat(opened.byteSize()).isEqualTo(checkpoint.byteSize());
    assertThat(CheckpointHash.of(opened)).isEqualTo(CheckpointHash.of(checkpoint));
    k = 0;
    for (Parameter p : ParameterLayout.of(config).stored()) {
      Tensor back = opened.tensor(p.name());
      Tensor written = checkpoint.tensor(p.name());
      assertThat(back.getClass())
          .isEqualTo(written instanceof Tensor.Rows ? Tensor.F16.class : written.getClass());
      assertThat(back.toFloats()).as(p.name()).isEqualTo(PatternTensors.values(p, k++));
    }
  }

  private static Tensor tensor(Parameter p, int k, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> PatternTensors.bf16(p, k);
      case 1 -> PatternTensors.sparse(p, k);
      case 2 -> {
        // gains are never quantised
        int group = random.nextBoolean() ? p.columns() : 1;
        yield p.kind() == Parameter.Kind.GAIN
            ? PatternTensors.f32(p, k)
            : PatternTensors.int8(p, k, group);
      }
      case 3 -> PatternTensors.f16(p, k);
      case 4 -> PatternTensors.rows(p, k);
      default -> PatternTensors.f32(p, k);
    };
  }

  private static FlatConfig config(Random random) {
    int kvHeads = 1 + random.nextInt(2);
    int width = 1 + random.nextInt(9);
    return new FlatConfig(
        260,
        1 + random.nextInt(9),
        width,
        1 + random.nextInt(2),
        new AttentionConfig(
            kvHeads * (1 + random.nextInt(2)),
            kvHeads,
            2 + 2 * random.nextInt(2),
            10_000,
            random.nextBoolean()),
        new FfnConfig(
            1 + random.nextInt(9), random.nextBoolean() ? Activation.SWIGLU : Activation.RELU2),
        1e-5,
        random.nextBoolean(),
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(new NgramConfig(List.of(2, 5), 3, random.nextBoolean() ? width : 3)));
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("round-trip");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterContainer
  static void removeDirectory() throws IOException {
    try (var files = Files.walk(DIRECTORY)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
