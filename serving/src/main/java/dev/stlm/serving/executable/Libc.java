package dev.stlm.serving.executable;

import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.word.PointerBase;
import org.graalvm.word.UnsignedWord;

/** Functions of the C library, for the memory of a process (POSIX.1, Linux). */
final class Libc {
  static final int READ_WRITE = 3;
  static final int READ_EXECUTE = 5;
  static final int PRIVATE_ANONYMOUS = 0x22;
  static final int LARGE_PAGES = 14;

  private Libc() {}

  @CFunction(value = "mmap", transition = Transition.NO_TRANSITION)
  static native PointerBase map(
      PointerBase at, UnsignedWord bytes, int protection, int flags, int file, long from);

  @CFunction(value = "munmap", transition = Transition.NO_TRANSITION)
  static native int unmap(PointerBase at, UnsignedWord bytes);

  @CFunction(value = "mprotect", transition = Transition.NO_TRANSITION)
  static native int protect(PointerBase at, UnsignedWord bytes, int protection);

  @CFunction(value = "madvise", transition = Transition.NO_TRANSITION)
  static native int advise(PointerBase at, UnsignedWord bytes, int advice);
}
