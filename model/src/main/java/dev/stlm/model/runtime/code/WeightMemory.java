package dev.stlm.model.runtime.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory outside the heap for the weights of a model, in large pages where the system gives them.
 * The garbage collector gives it back when nothing refers to it any more. One thread at a time.
 */
public final class WeightMemory {
  private static final long LINE = 64;
  private static final long LARGE_PAGE = 1 << 21;

  private final NativeCalls calls;
  private MemorySegment rest = MemorySegment.NULL;
  private long chunk = LARGE_PAGE;

  WeightMemory(NativeCalls calls) {
    this.calls = calls;
  }

  /**
   * Memory of zeros, aligned to cache lines.
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
    long address = calls.reserve(reserved);
    if (address == 0) {
      throw new OutOfMemoryError("no memory of " + bytes + " bytes for weights");
    }
    NativeCalls giver = calls;
    MemorySegment all =
        MemorySegment.ofAddress(address)
            .reinterpret(reserved, Arena.ofAuto(), _ -> giver.release(address, reserved));
    long start = Math.ceilDiv(address, LARGE_PAGE) * LARGE_PAGE - address;
    return all.asSlice(start, bytes);
  }
}
