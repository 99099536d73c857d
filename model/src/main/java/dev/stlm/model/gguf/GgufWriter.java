package dev.stlm.model.gguf;

import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.CountingStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Writes GGUF files, version 3, little endian: a header, metadata, an entry for each tensor, then
 * the tensors, each at a multiple of 32 bytes (<a
 * href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>). The same input
 * gives the same bytes.
 */
final class GgufWriter {
  static final int ALIGNMENT = 32;
  static final int VERSION = 3;
  static final byte[] MAGIC = {'G', 'G', 'U', 'F'};

  // numbers of the types of values
  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private GgufWriter() {}

  /**
   * Replaces or creates a file, whole or not at all.
   *
   * @return the bytes of the file
   * @throws dev.stlm.tokenizer.InvalidInputException if it can not be written
   */
  static long write(Path file, SequencedMap<String, GgufValue> metadata, List<GgufTensor> tensors) {
    byte[] head = head(metadata, tensors);
    AtomicFile.write(
        file,
        out -> {
          out.write(head);
          pad(out, head.length);
          for (GgufTensor tensor : tensors) {
            CountingStream counted = new CountingStream(out);
            tensor.content().writeTo(counted);
            if (counted.count() != tensor.byteSize()) {
              throw new IllegalStateException(
                  tensor.name() + " has " + counted.count() + " bytes, not " + tensor.byteSize());
            }
            pad(out, counted.count());
          }
        });
    long bytes = aligned(head.length);
    for (GgufTensor tensor : tensors) {
      bytes += aligned(tensor.byteSize());
    }
    return bytes;
  }

  private static byte[] head(Map<String, GgufValue> metadata, List<GgufTensor> tensors) {
    Bytes out = new Bytes();
    out.writeBytes(MAGIC);
    out.int32(VERSION);
    out.int64(tensors.size());
    out.int64(metadata.size());
    metadata.forEach((key, value) -> {
      out.text(key);
      value(out, value);
    });
    long offset = 0;
    for (GgufTensor tensor : tensors) {
      out.text(tensor.name());
      out.int32(tensor.vector() ? 1 : 2);
      out.int64(tensor.columns()); // the dimension whose values lie side by side comes first
      if (!tensor.vector()) {
        out.int64(tensor.rows());
      }
      out.int32(tensor.type().tensorId());
      out.int64(offset);
      offset += aligned(tensor.byteSize());
    }
    return out.toByteArray();
  }

  private static void value(Bytes out, GgufValue value) {
    switch (value) {
      case GgufValue.Whole v -> {
        out.int32(UINT32);
        out.int32((int) v.value());
      }
      case GgufValue.Real v -> {
        out.int32(FLOAT32);
        out.int32(Float.floatToRawIntBits(v.value()));
      }
      case GgufValue.Truth v -> {
        out.int32(BOOL);
        out.write(v.value() ? 1 : 0);
      }
      case GgufValue.Text v -> {
        out.int32(STRING);
        out.text(v.value());
      }
      case GgufValue.Texts v -> {
        out.array(STRING, v.values().size());
        v.values().forEach(out::text);
      }
      case GgufValue.Wholes v -> {
        out.array(INT32, v.values().size());
        v.values().forEach(out::int32);
      }
    }
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static void pad(OutputStream out, long written) throws IOException {
    out.write(new byte[(int) (aligned(written) - written)]);
  }

  /** Little-endian values in memory. */
  private static final class Bytes extends ByteArrayOutputStream {
    void int32(int value) {
      writeBytes(
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    void int64(long value) {
      writeBytes(
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    void text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      int64(utf8.length);
      writeBytes(utf8);
    }

    void array(int type, int length) {
      int32(ARRAY);
      int32(type);
      int64(length);
    }
  }
}
