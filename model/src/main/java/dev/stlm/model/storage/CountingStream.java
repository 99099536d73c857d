package dev.stlm.model.storage;

import java.io.IOException;
import java.io.OutputStream;

/** Counts the bytes that pass through. Closing it does not close what is behind it. */
public final class CountingStream extends OutputStream {
  private final OutputStream out;
  private long count;

  /** A stream in front of another. */
  public CountingStream(OutputStream out) {
    this.out = out;
  }

  /** Bytes so far. */
  public long count() {
    return count;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    count++;
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    count += length;
  }
}
