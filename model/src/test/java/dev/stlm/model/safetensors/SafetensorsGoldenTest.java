package dev.stlm.model.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens python.safetensors, made by make_python_golden.py beside it. */
class SafetensorsGoldenTest {
  @TempDir Path temp;
  private SafetensorsFile file;

  @BeforeEach
  void open() throws IOException {
    Path path = temp.resolve("python.safetensors");
    try (InputStream in = getClass().getResourceAsStream("python.safetensors")) {
      Files.copy(Objects.requireNonNull(in), path);
    }
    file = SafetensorsFile.open(path);
  }

  @Test
  void valuesOfEveryTypeAreThoseThatPythonStored() {
    assertThat(file.tensors()).hasSize(11);
    assertThat(tensor("f32", Dtype.F32, 2, 3).toArray(FLOAT))
        .containsExactly(0.1f, -2.5f, 3e38f, 1e-40f, Float.POSITIVE_INFINITY, -0.0f);
    assertThat(
            tensor("f64", Dtype.F64, 1)
                .get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0))
        .isEqualTo(0.1);
    assertThat(tensor("bf16", Dtype.BF16, 4).toArray(SHORT))
        .containsExactly((short) 0x3F80, (short) 0xC020, (short) 0x3DCD, (short) 0x7F62);
    short[] halves = tensor("f16", Dtype.F16, 3).toArray(SHORT);
    assertThat(Float.float16ToFloat(halves[0])).isEqualTo(1);
    assertThat(Float.float16ToFloat(halves[1])).isEqualTo(0.099975586f);
    assertThat(Float.float16ToFloat(halves[2])).isEqualTo(-65504);
    assertThat(tensor("i8", Dtype.I8, 1, 4).toArray(JAVA_BYTE)).containsExactly(-128, -1, 0, 127);
    assertThat(tensor("u8", Dtype.U8, 3).toArray(JAVA_BYTE)).containsExactly(0, -128, -1);
    assertThat(
            tensor("i64", Dtype.I64, 2)
                .toArray(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)))
        .containsExactly(-1, 1L << 62);
    assertThat(tensor("bool", Dtype.BOOL, 3).toArray(JAVA_BYTE)).containsExactly(1, 0, 1);
    assertThat(tensor("scalar", Dtype.I32).toArray(JAVA_BYTE)).containsExactly(7, 0, 0, 0);
    assertThat(tensor("empty", Dtype.F32, 0, 4).byteSize()).isZero();
    assertThat(tensor("größe/日本", Dtype.I16, 1).toArray(SHORT)).containsExactly((short) 1);
  }

  @Test
  void metadataIsRead() {
    assertThat(file.metadata())
        .isEqualTo(Map.of("made by", "Python \"safetensors\"", "zeile", "größe\n日本"));
  }

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MemorySegment tensor(String name, Dtype dtype, long... shape) {
    StoredTensor tensor = Objects.requireNonNull(file.tensors().get(name), name);
    assertThat(tensor.dtype()).isEqualTo(dtype);
    assertThat(tensor.shape()).isEqualTo(List.of(java.util.Arrays.stream(shape).boxed().toArray()));
    return tensor.data();
  }
}
