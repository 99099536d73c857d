package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.config.Presets;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged checkpoints: each is refused in one line, or loads and computes. {@code
 * -Dstlm.fuzz.checkpoints=N} tries more of them, {@code -Dstlm.fuzz.seed=N} others.
 */
class CheckpointFuzzTest {
  private static final List<String> FILES =
      List.of("config.json", "model.safetensors", "tokenizer.json", "history.json");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "7",
          "2147483647",
          "-2147483648",
          "4294967296",
          "1e308",
          "0.5",
          "1e-9",
          "null",
          "[]",
          "\"a\"");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

  /** Of model.safetensors, the part that is its header; what follows are weights. */
  private static final int HEADER = 4096;

  @TempDir private Path temp;

  @Test
  void aDamagedCheckpointIsRefusedInOneLineOrComputes() throws IOException {
    int cases = Integer.getInteger("stlm.fuzz.checkpoints", 1500);
    SplittableRandom random = new SplittableRandom(Long.getLong("stlm.fuzz.seed", 1));
    List<Path> models = write();
    int loaded = 0;
    for (int i = 0; i < cases; i++) {
      Path model = models.get(random.nextInt(models.size()));
      Path file = model.resolve(FILES.get(random.nextInt(FILES.size())));
      byte[] good = Files.readAllBytes(file);
      byte[] bad = damage(file, good, random);
      Files.write(file, bad);
      try {
        loaded += computes(model) ? 1 : 0;
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        Path kept = Files.createTempFile("stlm-fuzz", file.getFileName().toString());
        Files.write(kept, bad);
        fail("case " + i + ", " + file + ", kept as " + kept, e);
      } finally {
        Files.write(file, good);
      }
    }
    assertThat(loaded).as("some damage leaves a sound model").isBetween(1, cases - 1);
  }

  private List<Path> write() {
    List<Path> models = new ArrayList<>();
    for (Checkpoint variant : TinyModels.variants().values()) {
      models.add(temp.resolve("model" + models.size()));
      CheckpointDirectory.write(variant, models.getLast());
    }
    models.add(temp.resolve("tiny"));
    CheckpointDirectory.write(
        InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1), models.getLast());
    return models;
  }

  private static boolean computes(Path directory) {
    try (LanguageModel model = ModelRuntimes.load("cpu", directory);
        Session session = model.newSession()) {
      return session.append(104, 101, 108).length == model.config().vocabularySize();
    }
  }

  private static byte[] damage(Path file, byte[] good, RandomGenerator random) {
    if (!file.toString().endsWith(".safetensors") && random.nextInt(2) == 0) {
      return otherNumber(good, random);
    }
    int range = Math.min(good.length, random.nextInt(4) == 0 ? good.length : HEADER);
    byte[] bad = good.clone();
    int at = random.nextInt(range);
    switch (random.nextInt(5)) {
      case 0 -> bad[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bad[at] = (byte) random.nextInt(256);
      case 2 -> bad = Arrays.copyOf(bad, random.nextInt(good.length));
      case 3 -> {
        bad = Arrays.copyOf(bad, good.length + 1 + random.nextInt(32));
        System.arraycopy(good, at, bad, at + bad.length - good.length, good.length - at);
      }
      default -> {
        int from = random.nextInt(range);
        int length = Math.min(1 + random.nextInt(32), range - Math.max(at, from));
        System.arraycopy(good, from, bad, at, length);
      }
    }
    return bad;
  }

  private static byte[] otherNumber(byte[] good, RandomGenerator random) {
    String text = new String(good, StandardCharsets.UTF_8);
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return Arrays.copyOf(good, good.length - 1);
    }
    MatchResult number = numbers.get(random.nextInt(numbers.size()));
    String other = NUMBERS.get(random.nextInt(NUMBERS.size()));
    return (text.substring(0, number.start()) + other + text.substring(number.end()))
        .getBytes(StandardCharsets.UTF_8);
  }
}
