package dev.stlm.bench.results;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * An Arrow IPC stream on disk that grows by whole batches, each forced to the disk, and that goes
 * on after a crash: what an earlier writer left is read up to the last whole batch, the torn rest
 * is cut off. Not thread-safe; a second writer is refused.
 *
 * @param <R> the record of a row
 */
final class ArrowLog<R> implements AutoCloseable {
  private static final int BATCH_ROWS = 4096;
  private static final long BATCH_NANOS = Duration.ofSeconds(2).toNanos();

  private final RowFormat<R> format;
  private final FileChannel file;
  private final BufferAllocator allocator = new RootAllocator();
  private final VectorSchemaRoot root;
  private final WriteChannel out;
  private int rows;
  private long flushedAt = System.nanoTime();

  private ArrowLog(RowFormat<R> format, FileChannel file) {
    this.format = format;
    this.file = file;
    this.root = VectorSchemaRoot.create(format.schema(), allocator);
    this.out = new WriteChannel(file);
  }

  /**
   * Opens or creates a log.
   *
   * @param earlier takes the rows that are there already
   * @throws InvalidInputException if the file is something else or is being written
   */
  static <R> ArrowLog<R> open(Path path, RowFormat<R> format, Consumer<R> earlier) {
    try {
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        lock(file, path);
        if (!StreamPrefix.looksLikeStream(file)) {
          throw new InvalidInputException(path + ": not an Arrow IPC stream; delete it or move it");
        }
        long whole = StreamPrefix.wholeBytes(file);
        if (whole > 0) {
          ArrowRows.read(file, whole, path, format, earlier);
        }
        file.truncate(whole);
        file.position(whole);
        ArrowLog<R> log = new ArrowLog<>(format, file);
        if (whole == 0) {
          MessageSerializer.serialize(log.out, format.schema());
          file.force(true);
        }
        return log;
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void lock(FileChannel file, Path path) throws IOException {
    boolean free;
    try {
      free = file.tryLock() != null;
    } catch (java.nio.channels.OverlappingFileLockException e) {
      free = false;
    }
    if (!free) {
      throw new InvalidInputException(
          path + ": another run is writing it; wait for that or give another directory");
    }
  }

  /** Adds a row; it is on the disk after a few seconds, or when {@link #flush()} returns. */
  void add(R row) {
    format.set(root, rows++, row);
    if (rows == BATCH_ROWS || System.nanoTime() - flushedAt > BATCH_NANOS) {
      flush();
    }
  }

  /** Writes the rows so far as one batch and forces them to the disk. */
  void flush() {
    if (rows > 0) {
      root.setRowCount(rows);
      try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
        MessageSerializer.serialize(out, batch);
        file.force(false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      root.clear();
      rows = 0;
    }
    flushedAt = System.nanoTime();
  }

  /** Writes what is left and the end-of-stream mark. */
  @Override
  public void close() {
    try (file;
        allocator;
        root) {
      flush();
      out.writeIntLittleEndian(-1);
      out.writeIntLittleEndian(0);
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
