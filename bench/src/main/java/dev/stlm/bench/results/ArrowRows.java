package dev.stlm.bench.results;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** Reads the whole rows of an Arrow IPC stream on disk. */
final class ArrowRows {
  private ArrowRows() {}

  /**
   * Hands every row of the whole batches at the start of a file to a consumer.
   *
   * @throws InvalidInputException if the file is something else, or its columns are others
   */
  static <R> void read(Path path, RowFormat<R> format, Consumer<R> rows) {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long whole = StreamPrefix.wholeBytes(file);
      if (whole == 0) {
        throw new InvalidInputException(path + ": not an Arrow IPC stream; delete it or move it");
      }
      read(file, whole, path, format, rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <R> void read(
      FileChannel file, long whole, Path path, RowFormat<R> format, Consumer<R> rows)
      throws IOException {
    file.position(0);
    InputStream in = new Limited(Channels.newInputStream(file), whole);
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(in, allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      if (!root.getSchema().equals(format.schema())) {
        throw new InvalidInputException(
            path
                + ": made by another version of stlm or by another program; give another"
                + " directory or delete it");
      }
      while (reader.loadNextBatch()) {
        for (int row = 0; row < root.getRowCount(); row++) {
          rows.accept(format.get(root, row));
        }
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // the reader throws whatever the damaged bytes lead it to
      throw new InvalidInputException(path + ": damaged; delete it to start over", e);
    }
  }

  /** The first bytes of a stream; does not close what it reads. */
  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      int b = left <= 0 ? -1 : in.read();
      left--;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = left <= 0 ? -1 : in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, n);
      return n;
    }
  }
}
