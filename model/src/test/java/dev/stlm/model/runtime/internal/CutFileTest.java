package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.Activation;
import dev.stlm.model.kit.TinyModels;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of weights that become shorter while they are mapped: an error, and not the JVM's end. */
class CutFileTest {
  private static final int[] IDS = new Random(5).ints(40, 0, 256).toArray();

  @TempDir Path dir = Path.of("");

  @ParameterizedTest
  @CsvSource({"f32, 0", "int8, 0", "bf16, 0", "bf16, 0.4", "bf16, 0.8"})
  void readingThemIsAnErrorOfThePassAlone(String encoding, double kept) throws IOException {
    Checkpoint checkpoint = checkpoint(encoding);
    CheckpointDirectory.write(checkpoint, dir.resolve("m"));
    try (LanguageModel model =
        new CpuModel(
            CheckpointDirectory.open(dir.resolve("m")), new VectorKernels(), new WorkerPool(2))) {
      // until the loops are compiled
      for (int i = 0; i < 60; i++) {
        read(model);
      }
      try (FileChannel file =
          FileChannel.open(
              dir.resolve("m").resolve(CheckpointDirectory.WEIGHTS), StandardOpenOption.WRITE)) {
        file.truncate((long) (kept * file.size()));
      }
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> read(model)).isInstanceOf(InternalError.class);
      }
    }
    try (LanguageModel sound = CpuModel.of(checkpoint, 2)) {
      assertThat(read(sound)).hasSize(checkpoint.config().vocabularySize());
    }
  }

  private static float[] read(LanguageModel model) {
    try (Session session = model.newSession()) {
      session.append(IDS);
      return session.append(Arrays.copyOf(IDS, 1));
    }
  }

  private static Checkpoint checkpoint(String encoding) {
    Checkpoint checkpoint =
        TinyModels.random(
            TinyModels.config(
                128, 2, 4, 2, 32, 384, Activation.SWIGLU, true, true, Optional.empty()),
            1);
    return switch (encoding) {
      case "int8" -> TinyModels.int8(checkpoint, 32);
      case "bf16" -> TinyModels.bf16(checkpoint);
      default -> checkpoint;
    };
  }
}
