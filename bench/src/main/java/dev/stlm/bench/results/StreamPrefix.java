package dev.stlm.bench.results;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;

/**
 * How much of an Arrow IPC stream on disk is whole: what a killed writer left behind ends in the
 * middle of a message at worst.
 */
final class StreamPrefix {
  private static final int MAX_METADATA = 1 << 20;

  private StreamPrefix() {}

  /**
   * Length in bytes of the schema and the whole record batches at the start of a file, without an
   * end-of-stream mark; 0 if not even the schema is whole.
   */
  static long wholeBytes(FileChannel file) throws IOException {
    long size = file.size();
    long position = 0;
    while (true) {
      long next = messageEnd(file, position, size);
      if (next < 0) {
        return position;
      }
      position = next;
    }
  }

  /** Whether a file that is not empty begins as an Arrow IPC stream does. */
  static boolean looksLikeStream(FileChannel file) throws IOException {
    ByteBuffer mark = read(file, 0, (int) Math.min(4, file.size()));
    while (mark.hasRemaining()) {
      if (mark.get() != (byte) 0xFF) {
        return false;
      }
    }
    return true;
  }

  /** Where the message at a position ends, or −1 if there is no whole message. */
  private static long messageEnd(FileChannel file, long position, long size) throws IOException {
    if (size - position < 8) {
      return -1;
    }
    ByteBuffer head = read(file, position, 8);
    int mark = head.getInt();
    int metadata = head.getInt();
    if (mark != -1 || metadata <= 0 || metadata > MAX_METADATA || metadata % 8 != 0) {
      return -1;
    }
    long bodyStart = position + 8 + metadata;
    if (bodyStart > size) {
      return -1;
    }
    byte expected = position == 0 ? MessageHeader.Schema : MessageHeader.RecordBatch;
    long body;
    try {
      Message message = Message.getRootAsMessage(read(file, position + 8, metadata));
      if (message.headerType() != expected) {
        return -1;
      }
      body = message.bodyLength();
    } catch (IndexOutOfBoundsException e) {
      return -1;
    }
    return body < 0 || body > size - bodyStart ? -1 : bodyStart + body;
  }

  private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, position + bytes.position()) < 0) {
        break;
      }
    }
    return bytes.flip();
  }
}
