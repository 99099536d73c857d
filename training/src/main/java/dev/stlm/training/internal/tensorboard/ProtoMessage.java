package dev.stlm.training.internal.tensorboard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One message in the wire format of protocol buffers, written field by field: a key of field number
 * and wire type, then the value. Not thread-safe.
 */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds an int32, int64 or enum. */
  ProtoMessage integer(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /** Adds a double. */
  ProtoMessage real(int field, double value) {
    key(field, FIXED64);
    out.writeBytes(little(Double.BYTES).putDouble(value).array());
    return this;
  }

  /** Adds a float. */
  ProtoMessage real(int field, float value) {
    key(field, FIXED32);
    out.writeBytes(little(Float.BYTES).putFloat(value).array());
    return this;
  }

  /** Adds a string. */
  ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a message. */
  ProtoMessage message(int field, ProtoMessage value) {
    return bytes(field, value.toBytes());
  }

  private ProtoMessage bytes(int field, byte[] value) {
    key(field, LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void key(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  /** Seven bits a byte, the lowest first; the top bit says that more follow. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
