package dev.stlm.serving.executable;

import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.function.InvokeCFunctionPointer;
import org.graalvm.word.PointerBase;

/** Machine code: three places in memory and 14 numbers. The collector waits for its end. */
interface Program extends CFunctionPointer {
  @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
  void run(
      PointerBase a,
      PointerBase b,
      PointerBase c,
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
      long n13);
}
