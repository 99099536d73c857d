package dev.stlm.bench.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * What {@code xz -9e} makes of a text when it has seen another text before: the baseline that a
 * language model has to beat.
 */
final class XzBaseline {
  private XzBaseline() {}

  /**
   * Compressed size of both texts in one stream minus that of the first, in bits per byte of the
   * second.
   *
   * @param primer text that the compressor sees first
   * @param text not empty
   */
  static double bitsPerByte(byte[] primer, byte[] text) {
    byte[] both = new byte[primer.length + text.length];
    System.arraycopy(primer, 0, both, 0, primer.length);
    System.arraycopy(text, 0, both, primer.length, text.length);
    return 8.0 * (compressedSize(both) - compressedSize(primer)) / text.length;
  }

  private static long compressedSize(byte[] bytes) {
    Counter counter = new Counter();
    try {
      // the settings behind -9e: preset 9 with the longest matches and the deepest search
      LZMA2Options extreme = new LZMA2Options(9);
      extreme.setNiceLen(LZMA2Options.NICE_LEN_MAX);
      extreme.setDepthLimit(512);
      try (XZOutputStream xz = new XZOutputStream(counter, extreme)) {
        xz.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counter.bytes;
  }

  /** Counts and drops what is written. */
  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] b, int offset, int length) {
      bytes += length;
    }
  }
}
