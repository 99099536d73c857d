package dev.stlm.training.internal.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.TrainingListener.StepMetrics;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(Budget.ofSteps(400), new BatchConfig(1, 8, 1), OptimizerConfig.of(0.003));

  @TempDir Path dir;
  private final InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_250L));

  @Test
  void aFileHasTheBytesThatTensorBoardsOwnCodeWrites() throws IOException {
    try (EventFile events = new EventFile(dir, clock)) {
      events.started(299, 0.5, CONFIG);
      events.stepped(new StepMetrics(300, 2.5, 1.75, 0.1, 0.003, 2400, 0.75, 0.25, 0.125));
      events.validated(300, 2.625);
      events.sampled(300, "the cät ", "sat\non");
    }
    Path file = dir.resolve("events.out.tfevents.1700000000.stlm");
    try (InputStream golden =
        Objects.requireNonNull(EventFileTest.class.getResourceAsStream("events.tfevents"))) {
      assertThat(Files.readAllBytes(file)).isEqualTo(golden.readAllBytes());
    }
  }

  @Test
  void aChecksumIsTheMaskedCrc32cOfTheRecordFormat() {
    // CRC-32C of "123456789" is e3069283 (RFC 3720 names the polynomial)
    int rotated = Integer.rotateRight(0xe3069283, 15);
    assertThat(RecordFile.maskedChecksum("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(rotated + 0xa282ead8);
  }

  @Test
  void aRunThatIsResumedInTheSameSecondGetsAFileOfItsOwn() throws IOException {
    for (int start = 0; start < 2; start++) {
      try (EventFile events = new EventFile(dir, clock)) {
        events.started(0, 0, CONFIG);
      }
    }
    try (var files = Files.list(dir)) {
      List<String> names = files.map(f -> f.getFileName().toString()).sorted().toList();
      assertThat(names)
          .containsExactly(
              "events.out.tfevents.1700000000.stlm", "events.out.tfevents.1700000001.stlm");
    }
  }
}
