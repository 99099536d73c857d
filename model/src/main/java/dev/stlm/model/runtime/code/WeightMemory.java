package dev.stlm.model.runtime.code;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory outside the heap for the weights of a model, in large pages where the system gives them.
 * {@link #close} gives it back, or else the garbage collector when nothing refers to this object:
 * who uses the memory holds on to it. One thread at a time.
 */
public final class WeightMemory implements AutoCloseable {
  private static final long LINE = 64;
  private static final long LARGE_PAGE = 1 << 21;

  private final Chunks chunks;
  private final Cleaner.Cleanable cleanable;
  private MemorySegment rest = MemorySegment.NULL;
  private long chunk = LARGE_PAGE;

  WeightMemory(NativeCalls calls) {
    chunks = new Chunks(calls, new ArrayList<>());
    cleanable = Cleaners.ALL.register(this, chunks);
  }

  /** Made where it is first used, at run time also in an ahead-of-time image: it has a thread. */
  private static final class Cleaners {
    static final Cleaner ALL = Cleaner.create();
  }

  /** What was taken from the system; gives it back when it runs. */
  private record Chunks(NativeCalls calls, List<Chunk> all) implements Runnable {
    @Override
    public void run() {
      all.forEach(c -> calls.release(c.address, c.bytes));
    }
  }

  private record Chunk(long address, long bytes) {}

  /**
   * Memory of zeros, aligned to cache lines. It must not be used after {@link #close}: nothing
   * checks that.
   *
   * @throws OutOfMemoryError if the system gives none
   */
  public MemorySegment take(long bytes) {
    long whole = Math.ceilDiv(bytes, LINE) * LINE;
    if (rest.byteSize() < whole) {
      // each chunk is larger than the one before: few of them; what is not used costs addresses
      // only
      chunk = Math.ceilDiv(Math.max(chunk, whole), LARGE_PAGE) * LARGE_PAGE;
      rest = reserve(chunk);
      chunk *= 2;
    }
    MemorySegment taken = rest.asSlice(0, bytes);
    rest = rest.asSlice(whole);
    return taken;
  }

  private MemorySegment reserve(long bytes) {
    long reserved = bytes + LARGE_PAGE;
    long address = chunks.calls.reserve(reserved);
    if (address == 0) {
      throw new OutOfMemoryError("no memory of " + bytes + " bytes for weights");
    }
    chunks.all.add(new Chunk(address, reserved));
    long start = Math.ceilDiv(address, LARGE_PAGE) * LARGE_PAGE;
    return MemorySegment.ofAddress(start).reinterpret(bytes);
  }

  /** Gives all of it back; again, it does nothing. */
  @Override
  public void close() {
    rest = MemorySegment.NULL;
    cleanable.clean();
  }
}
