package dev.stlm.model.runtime.code;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Calls by the foreign function interface; needs native access. */
final class ForeignCalls implements NativeCalls {
  // of Linux on x86-64
  private static final int READ_WRITE = 3;
  private static final int READ_EXECUTE = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int LARGE_PAGES = 14;
  private static final long REFUSED = -1;

  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle MAP =
      function("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle PROTECT =
      function("mprotect", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle UNMAP = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle ADVISE =
      function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  /** Arrays are given as they lie in the heap, which no collection changes during the call. */
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.ofVoid(arguments()),
          Linker.Option.critical(/* allowHeapAccess= */ true));

  private static MemoryLayout[] arguments() {
    MemoryLayout[] layouts = new MemoryLayout[17];
    Arrays.fill(layouts, JAVA_LONG);
    Arrays.fill(layouts, 0, 3, ADDRESS);
    return layouts;
  }

  private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... layouts) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, layouts));
  }

  @Override
  public long place(byte[] code) {
    long address = map(code.length);
    if (address == 0) {
      throw new UnsupportedOperationException("no memory for machine code");
    }
    MemorySegment at = MemorySegment.ofAddress(address).reinterpret(code.length);
    MemorySegment.copy(MemorySegment.ofArray(code), 0, at, 0, code.length);
    int refused;
    try {
      refused = (int) PROTECT.invokeExact(at, (long) code.length, READ_EXECUTE);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (refused != 0) {
      throw new UnsupportedOperationException("the system does not let new code be executed");
    }
    return address;
  }

  @Override
  public long reserve(long bytes) {
    long address = map(bytes);
    if (address != 0) {
      try {
        // no more than advice: whatever comes back
        int _ = (int) ADVISE.invokeExact(MemorySegment.ofAddress(address), bytes, LARGE_PAGES);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
    return address;
  }

  private static long map(long bytes) {
    try {
      MemorySegment at =
          (MemorySegment)
              MAP.invokeExact(MemorySegment.NULL, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      return at.address() == REFUSED ? 0 : at.address();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void release(long address, long bytes) {
    try {
      int _ = (int) UNMAP.invokeExact(MemorySegment.ofAddress(address), bytes);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void call(
      long code,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      long n0,
      long n1,
      long n2,
      long n3,
      long n4,
      long n5,
      long n6,
      long n7,
      long n8,
      long n9,
      long n10,
      long n11,
      long n12,
      long n13) {
    try {
      CALL.invokeExact(
          MemorySegment.ofAddress(code),
          from(a, aAt),
          from(b, bAt),
          from(c, cAt),
          n0,
          n1,
          n2,
          n3,
          n4,
          n5,
          n6,
          n7,
          n8,
          n9,
          n10,
          n11,
          n12,
          n13);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MemorySegment from(float[] array, int at) {
    return MemorySegment.ofArray(array).asSlice((long) Float.BYTES * at);
  }
}
