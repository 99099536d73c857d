package dev.stlm.compression.distil;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepProvider;
import dev.stlm.model.config.StrictJson;
import java.time.Duration;
import java.util.Optional;

/** Reads {@link LogitDistillation} from a recipe. */
public final class LogitDistillationProvider implements StepProvider {
  private record Settings(
      Optional<Double> temperature,
      Optional<Double> weight,
      int steps,
      Optional<Double> seconds,
      Optional<Integer> batchSize,
      Optional<Integer> sequenceLength,
      Optional<Double> learningRate,
      Optional<Boolean> keepZeros) {}

  @Override
  public String type() {
    return LogitDistillation.TYPE;
  }

  @Override
  public String help() {
    return "train on the text and on a teacher's logits: steps, seconds (no limit), temperature"
        + " (2), weight (0.5; 0 = no teacher), batchSize (16), sequenceLength (256), learningRate"
        + " (0.001), keepZeros (false)";
  }

  @Override
  public CompressionStep create(JsonNode json) {
    Settings s = StrictJson.read(json, Settings.class, LogitDistillation.TYPE);
    return new LogitDistillation(
        s.temperature().orElse(2.0),
        s.weight().orElse(0.5),
        s.steps(),
        s.seconds().map(x -> Duration.ofMillis(Math.round(x * 1000))),
        s.batchSize().orElse(16),
        s.sequenceLength(),
        s.learningRate().orElse(1e-3),
        s.keepZeros().orElse(false));
  }
}
