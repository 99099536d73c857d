package dev.stlm.serving.executable;

import dev.stlm.model.runtime.code.NativeCalls;
import java.lang.foreign.MemorySegment;
import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.word.PointerBase;
import org.graalvm.word.WordFactory;

/** Calls of machine code from the executable. */
public final class ImageCalls implements NativeCalls {
  private static final long REFUSED = -1;

  @Override
  public long place(byte[] code) {
    PointerBase at = map(code.length);
    if (at.isNull()) {
      throw new UnsupportedOperationException("no memory for machine code");
    }
    MemorySegment.copy(
        MemorySegment.ofArray(code),
        0,
        MemorySegment.ofAddress(at.rawValue()).reinterpret(code.length),
        0,
        code.length);
    if (Libc.protect(at, WordFactory.unsigned(code.length), Libc.READ_EXECUTE) != 0) {
      throw new UnsupportedOperationException("the system does not let new code be executed");
    }
    return at.rawValue();
  }

  @Override
  public long reserve(long bytes) {
    PointerBase at = map(bytes);
    if (at.isNonNull()) {
      // no more than advice: whatever comes back
      Libc.advise(at, WordFactory.unsigned(bytes), Libc.LARGE_PAGES);
    }
    return at.rawValue();
  }

  private static PointerBase map(long bytes) {
    PointerBase at =
        Libc.map(
            WordFactory.nullPointer(),
            WordFactory.unsigned(bytes),
            Libc.READ_WRITE,
            Libc.PRIVATE_ANONYMOUS,
            -1,
            0);
    return at.rawValue() == REFUSED ? WordFactory.nullPointer() : at;
  }

  @Override
  public void release(long address, long bytes) {
    Libc.unmap(WordFactory.pointer(address), WordFactory.unsigned(bytes));
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
    Program program = WordFactory.pointer(code);
    try (PinnedObject pinnedA = PinnedObject.create(a);
        PinnedObject pinnedB = PinnedObject.create(b);
        PinnedObject pinnedC = PinnedObject.create(c)) {
      program.run(
          pinnedA.addressOfArrayElement(aAt),
          pinnedB.addressOfArrayElement(bAt),
          pinnedC.addressOfArrayElement(cAt),
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
    }
  }
}
