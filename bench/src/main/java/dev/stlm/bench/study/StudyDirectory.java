package dev.stlm.bench.study;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Where a study keeps its runs: {@code runs/NAME-SEED.json} with the figures and {@code
 * models/NAME-SEED} with the model. A run that is there with the same fingerprint is not done
 * again. Several processes may work on one study: each claims a run by a lock that ends with it.
 *
 * @param root made where it is missing
 */
record StudyDirectory(Path root) {

  /** The figures of a run, if it was done with these settings. */
  Optional<StudyResult> find(String variant, long seed, String fingerprint) {
    Path file = file(variant, seed);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(StrictJson.read(file, StudyResult.class))
        .filter(result -> result.fingerprint().equals(fingerprint));
  }

  /** Keeps a run: first the model, then the figures that say it is done. */
  void save(StudyRun.Outcome outcome) {
    StudyResult result = outcome.result();
    Checkpoint checkpoint = outcome.checkpoint();
    CheckpointDirectory.write(checkpoint, model(result.variant(), result.seed()));
    StrictJson.write(file(result.variant(), result.seed()), result);
  }

  /** Claims a run; empty while another process or thread has it. The claim ends when closed. */
  Optional<Claim> claim(String variant, long seed) {
    Path lock = root.resolve("runs").resolve("." + stem(variant, seed) + ".lock");
    try {
      Files.createDirectories(root.resolve("runs"));
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        FileLock held = channel.tryLock();
        if (held != null) {
          return Optional.of(new Claim(channel));
        }
      } catch (OverlappingFileLockException e) {
        // another thread of this process has it
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      throw AtomicFile.notWritten(lock, e);
    }
  }

  /** The right to do a run. */
  record Claim(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // the lock ends with the process at the latest
      }
    }
  }

  Path model(String variant, long seed) {
    return root.resolve("models").resolve(stem(variant, seed));
  }

  /** SHA-256 over texts of whatever a run depends on. */
  static String fingerprint(Object... parts) {
    MessageDigest digest = Sha256.digest();
    for (Object part : parts) {
      digest.update(String.valueOf(part).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return Sha256.hex(digest).substring(0, 32);
  }

  private Path file(String variant, long seed) {
    return root.resolve("runs").resolve(stem(variant, seed) + ".json");
  }

  private static String stem(String variant, long seed) {
    return variant.replaceAll("[^A-Za-z0-9.]+", "-") + "-" + seed;
  }
}
