package dev.stlm.training.internal.prepare.input;

import com.github.luben.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/** Files as they are or compressed, by the end of their name; several members follow each other. */
final class Compression {
  private static final int BLOCK = 1 << 16;

  private Compression() {}

  /**
   * Opens a file.
   *
   * @param progress is told of bytes of the file that have been read, piece by piece
   */
  static InputStream open(Path file, LongConsumer progress) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    InputStream counted = new Counted(Files.newInputStream(file), progress);
    try {
      if (name.endsWith(".gz")) {
        return new GZIPInputStream(counted, BLOCK);
      }
      return name.endsWith(".zst") ? new ZstdInputStream(counted) : counted;
    } catch (IOException | RuntimeException e) {
      counted.close();
      throw e;
    }
  }

  private static final class Counted extends FilterInputStream {
    private final LongConsumer progress;

    Counted(InputStream in, LongConsumer progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      if (b >= 0) {
        progress.accept(1);
      }
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = in.read(into, from, length);
      if (n > 0) {
        progress.accept(n);
      }
      return n;
    }
  }
}
