package dev.stlm.model.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stlm.model.storage.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files: the same tensors give the same bytes, on every machine.
 *
 * <p>Data lies by falling element size, then in the order given, so that every tensor is aligned
 * for its type; it starts at a multiple of 64 bytes (a cache line), as the header is padded with
 * blanks, which the format allows.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 64;
  private static final JsonFactory JSON = new JsonFactory();

  private SafetensorsWriter() {}

  /**
   * Replaces or creates a file, whole or not at all.
   *
   * @param metadata free texts for the header
   * @throws dev.stlm.tokenizer.InvalidInputException if it can not be written
   */
  public static void write(
      Path file, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    AtomicFile.write(file, out -> writeTo(out, tensors, metadata));
  }

  /** Writes the content of a file to a stream, which stays open. */
  public static void writeTo(
      OutputStream out, Map<String, StoredTensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, StoredTensor>> order = new ArrayList<>(tensors.entrySet());
    order.sort(Comparator.comparingInt(e -> -e.getValue().dtype().bytes()));
    byte[] json = header(order, metadata);
    int start = SafetensorsFile.LENGTH_BYTES + json.length;
    int padding = Math.floorMod(-start, ALIGNMENT);
    ByteBuffer length =
        ByteBuffer.allocate(SafetensorsFile.LENGTH_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong((long) json.length + padding);
    out.write(length.array());
    out.write(json);
    out.write(" ".repeat(padding).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    byte[] chunk = new byte[1 << 16];
    for (Map.Entry<String, StoredTensor> e : order) {
      for (MemorySegment part : e.getValue().parts()) {
        copy(part, out, chunk);
      }
    }
  }

  private static byte[] header(
      List<Map.Entry<String, StoredTensor>> order, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> e : metadata.entrySet()) {
          json.writeStringField(e.getKey(), e.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Map.Entry<String, StoredTensor> e : order) {
        StoredTensor tensor = e.getValue();
        json.writeObjectFieldStart(e.getKey());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeArrayFieldStart("shape");
        for (long dimension : tensor.shape()) {
          json.writeNumber(dimension);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(offset);
        offset = Math.addExact(offset, tensor.byteSize());
        json.writeNumber(offset);
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.size() > SafetensorsFile.MAX_HEADER_BYTES - ALIGNMENT) {
      throw new IllegalArgumentException("header of " + bytes.size() + " bytes");
    }
    return bytes.toByteArray();
  }

  private static void copy(MemorySegment data, OutputStream out, byte[] chunk) throws IOException {
    MemorySegment target = MemorySegment.ofArray(chunk);
    for (long at = 0; at < data.byteSize(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, data.byteSize() - at);
      MemorySegment.copy(data, at, target, 0, n);
      out.write(chunk, 0, n);
    }
  }
}
