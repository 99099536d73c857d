package dev.stlm.compression.internal;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.HeldOutScorer;
import dev.stlm.compression.Measurement;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The finished steps of a work directory: for step i the checkpoint directory {@code 0i-type} and
 * beside it {@code 0i-type.json}, written after it, which says what made it. What does not fit is
 * made again; a new held-out text has the model scored again, not made again.
 */
public final class StepStore {
  private final Path directory;
  private final HeldOutScorer scorer;
  private final byte[] heldOut;
  private final String heldOutHash;

  /** A store in an existing directory. */
  public StepStore(Path directory, HeldOutScorer scorer, byte[] heldOut) {
    this.directory = directory;
    this.scorer = scorer;
    this.heldOut = heldOut;
    this.heldOutHash = Sha256.hex(heldOut);
  }

  /**
   * A finished step.
   *
   * @param hash names the checkpoint
   * @param resumed whether it was there
   */
  public record Outcome(
      Checkpoint checkpoint,
      String hash,
      Measurement measurement,
      double seconds,
      boolean resumed) {}

  private record Finished(
      String fingerprint, String output, double seconds, String heldOut, Measurement measurement) {}

  /** Measures the model that goes in, unless that was done before. */
  public Measurement measureInput(Checkpoint input, String hash, Path where) {
    Path record = directory.resolve("00-input.json");
    Optional<Finished> earlier = read(record, hash).filter(f -> f.heldOut().equals(heldOutHash));
    if (earlier.isPresent()) {
      return earlier.get().measurement();
    }
    Measurement measurement = measure(input, where);
    StrictJson.write(record, new Finished(hash, hash, 0, heldOutHash, measurement));
    return measurement;
  }

  /** The earlier result of a step if its fingerprint is the same, otherwise a new one. */
  public Outcome outcome(
      int index, CompressionStep step, StepFingerprint fingerprint, Supplier<Checkpoint> work) {
    String name =
        "%02d-%s"
            .formatted(index + 1, step.id().replaceFirst("/.*", "").replaceAll("[^\\w.]", "_"));
    Path target = directory.resolve(name);
    Path record = directory.resolve(name + ".json");
    String key = fingerprint.hash();
    Optional<Finished> earlier = read(record, key).filter(f -> holds(target, f.output()));
    if (earlier.isPresent()) {
      return takeOver(earlier.get(), target, record);
    }
    long start = System.nanoTime();
    Checkpoint made = work.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    CheckpointDirectory.write(made, target);
    // opened again: what is measured is what is on disk, and the heap copy can go
    Checkpoint output = CheckpointDirectory.open(target);
    String hash = CheckpointHash.of(output);
    Measurement measurement = measure(output, target);
    StrictJson.write(record, new Finished(key, hash, seconds, heldOutHash, measurement));
    return new Outcome(output, hash, measurement, seconds, false);
  }

  private Outcome takeOver(Finished f, Path target, Path record) {
    Checkpoint output = CheckpointDirectory.open(target);
    Measurement measurement = f.measurement();
    if (!f.heldOut().equals(heldOutHash)) {
      measurement = measure(output, target);
      StrictJson.write(
          record, new Finished(f.fingerprint(), f.output(), f.seconds(), heldOutHash, measurement));
    }
    return new Outcome(output, f.output(), measurement, f.seconds(), true);
  }

  private static Optional<Finished> read(Path record, String fingerprint) {
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    try {
      return Optional.of(StrictJson.read(record, Finished.class))
          .filter(f -> f.fingerprint().equals(fingerprint));
    } catch (InvalidInputException e) {
      // damaged or of another version: the step is run again, which replaces it
      return Optional.empty();
    }
  }

  private static boolean holds(Path checkpoint, String hash) {
    try {
      return CheckpointHash.of(CheckpointDirectory.open(checkpoint)).equals(hash);
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private Measurement measure(Checkpoint model, Path where) {
    return Measurement.of(model, where, scorer, heldOut);
  }
}
