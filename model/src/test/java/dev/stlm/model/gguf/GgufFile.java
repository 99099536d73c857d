package dev.stlm.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A GGUF file read back, by the specification and with nothing of the writer's. */
record GgufFile(Map<String, Object> metadata, Map<String, Entry> tensors) {
  /** A tensor: its dimensions as the file has them, and all of its bytes up to the next one. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(List<Long> dimensions, int type, byte[] bytes) {}

  Entry tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  List<?> list(String key) {
    return (List<?>) Objects.requireNonNull(metadata.get(key), key);
  }

  static GgufFile read(Path file) {
    byte[] all;
    try {
      all = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(in.getInt()).isEqualTo(0x46554747); // "GGUF"
    assertThat(in.getInt()).isEqualTo(3);
    long count = in.getLong();
    long keys = in.getLong();
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (long i = 0; i < keys; i++) {
      assertThat(metadata.put(text(in), value(in, in.getInt()))).isNull();
    }
    List<String> names = new ArrayList<>();
    List<List<Long>> dimensions = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      names.add(text(in));
      List<Long> shape = new ArrayList<>();
      for (int n = in.getInt(); n > 0; n--) {
        shape.add(in.getLong());
      }
      dimensions.add(shape);
      types.add(in.getInt());
      offsets.add(in.getLong());
    }
    int start = (in.position() + 31) / 32 * 32;
    offsets.add((long) all.length - start);
    Map<String, Entry> tensors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      assertThat(offsets.get(i) % 32).isZero();
      byte[] bytes = new byte[(int) (offsets.get(i + 1) - offsets.get(i))];
      in.get((int) (start + offsets.get(i)), bytes);
      tensors.put(names.get(i), new Entry(dimensions.get(i), types.get(i), bytes));
    }
    return new GgufFile(metadata, tensors);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[(int) in.getLong()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Object value(ByteBuffer in, int type) {
    return switch (type) {
      case 4, 5 -> in.getInt();
      case 6 -> in.getFloat();
      case 7 -> in.get() != 0;
      case 8 -> text(in);
      case 9 -> {
        int of = in.getInt();
        List<Object> values = new ArrayList<>();
        for (long n = in.getLong(); n > 0; n--) {
          values.add(value(in, of));
        }
        yield values;
      }
      default -> throw new AssertionError("type " + type);
    };
  }
}
