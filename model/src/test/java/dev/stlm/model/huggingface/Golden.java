package dev.stlm.model.huggingface;

import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.StoredTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The checkpoints in this package's resources, and what the reference implementation makes of them:
 * see {@code README.json} there.
 */
final class Golden {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SafetensorsFile file;

  private Golden(SafetensorsFile file) {
    this.file = file;
  }

  /** The directory of a checkpoint, or a file. */
  static Path path(String name) {
    try {
      URL url = Golden.class.getResource(name);
      return Path.of(Objects.requireNonNull(url, name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Golden of(String checkpoint) {
    return new Golden(SafetensorsFile.open(path(checkpoint).resolve("golden.safetensors")));
  }

  /** A copy of a checkpoint's files, to be spoiled. */
  static void copy(String checkpoint, Path to) {
    try (Stream<Path> files = Files.list(path(checkpoint))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ids by name: {@code input_ids.N}, {@code prompt}, {@code greedy}. */
  int[] ids(String name) {
    long[] values = tensor(name).data().toArray(LONG);
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Math.toIntExact(values[i]);
    }
    return ids;
  }

  /** The logits after each of the first {@code length} ids. */
  float[][] logits(int length) {
    StoredTensor tensor = tensor("logits." + length);
    float[] values = tensor.data().toArray(FLOAT);
    int vocabulary = values.length / length;
    float[][] rows = new float[length][];
    for (int i = 0; i < length; i++) {
      rows[i] = java.util.Arrays.copyOfRange(values, i * vocabulary, (i + 1) * vocabulary);
    }
    return rows;
  }

  private StoredTensor tensor(String name) {
    return Objects.requireNonNull(file.tensors().get(name), name);
  }
}
