package dev.stlm.model.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import net.jqwik.api.lifecycle.AfterContainer;

class SafetensorsRoundTripTest {
  private static final List<Dtype> DTYPES = List.of(Dtype.values());
  private static final Path FILE = newFile();

  private static Path newFile() {
    try {
      return Files.createTempFile("round-trip", ".safetensors");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterContainer
  static void removeFile() throws IOException {
    Files.deleteIfExists(FILE);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void tensorsAndMetadataComeBackAndTheSameBytesAreWrittenAgain(
      @ForAll("names") @UniqueElements @Size(max = 12) List<String> names,
      @ForAll("metadata") Map<String, String> metadata,
      @ForAll long seed)
      throws IOException {
    Map<String, StoredTensor> tensors = tensors(names, seed);
    SafetensorsWriter.write(FILE, tensors, metadata);
    SafetensorsFile read = SafetensorsFile.open(FILE);

    assertThat(read.metadata()).isEqualTo(metadata);
    assertThat(read.tensors().keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
    tensors.forEach((name, tensor) -> {
      StoredTensor back = Objects.requireNonNull(read.tensors().get(name));
      assertThat(back.dtype()).isEqualTo(tensor.dtype());
      assertThat(back.shape()).isEqualTo(tensor.shape());
      assertThat(back.data().toArray(JAVA_BYTE)).isEqualTo(tensor.data().toArray(JAVA_BYTE));
      assertThat(back.data().isReadOnly()).isTrue();
      assertThat(back.data().address() % tensor.dtype().bytes())
          .as("aligned for its type")
          .isZero();
    });
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    SafetensorsWriter.writeTo(again, read.tensors(), read.metadata());
    assertThat(again.toByteArray()).isEqualTo(Files.readAllBytes(FILE));
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.strings()
        .ofMaxLength(20)
        .filter(name -> !name.equals("__metadata__") && validUnicode(name))
        .list()
        .ofMaxSize(12)
        .uniqueElements();
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    Arbitrary<String> text =
        Arbitraries.strings().ofMaxLength(20).filter(SafetensorsRoundTripTest::validUnicode);
    return Arbitraries.maps(text, text).ofMaxSize(4);
  }

  /** Half a surrogate pair is no text: UTF-8 can not store it. */
  private static boolean validUnicode(String text) {
    return text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  private static Map<String, StoredTensor> tensors(List<String> names, long seed) {
    Random random = new Random(seed);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      Dtype dtype = DTYPES.get(random.nextInt(DTYPES.size()));
      List<Long> shape = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        shape.add((long) random.nextInt(5));
      }
      byte[] bytes = new byte[(int) StoredTensor.byteSize(dtype, shape)];
      random.nextBytes(bytes);
      tensors.put(name, new StoredTensor(dtype, shape, MemorySegment.ofArray(bytes)));
    }
    return tensors;
  }
}
