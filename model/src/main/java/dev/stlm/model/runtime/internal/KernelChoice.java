package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.code.MachineCode;
import dev.stlm.tokenizer.InvalidInputException;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Chooses the kernels once a process: those of the Vector API where they are present, give the same
 * bits as the plain ones, and are compiled to vector instructions; else the plain ones. The former
 * have machine code for products of integers where it can be had ({@link MachineCode}).
 *
 * <p>The system property {@code stlm.kernels} overrides the choice: {@code scalar}, {@code vector}
 * (without machine code) or {@code code} (with it). On a virtual machine with an optimising
 * compiler the capability decides, since a timing at start would measure its interpreter; in an
 * ahead-of-time image, where the Vector API may be hundreds of times slower than plain code, the
 * best of a few small products decides, some ten microseconds where all is well. The reason is
 * logged at debug level.
 */
final class KernelChoice {
  private static final int TIMINGS = 3;

  private KernelChoice() {}

  /** The kernels of this process. */
  static Kernels kernels() {
    return Chosen.CHOICE.kernels;
  }

  /** Which kernels run in this process, and why, in a few words. */
  static String description() {
    return Chosen.CHOICE.kernels.name() + " (" + Chosen.CHOICE.reason + ")";
  }

  private static final class Chosen {
    static final Choice CHOICE = choose();

    private static Choice choose() {
      Choice choice = KernelChoice.choose(System.getProperty("stlm.kernels"));
      System.getLogger("dev.stlm.model.runtime")
          .log(Level.DEBUG, "kernels: {0} ({1})", choice.kernels.name(), choice.reason);
      return choice;
    }
  }

  /** Kernels, and why. */
  record Choice(Kernels kernels, String reason) {}

  static Choice choose(@org.jspecify.annotations.Nullable String asked) {
    Kernels scalar = new ScalarKernels();
    if (asked != null && !List.of("scalar", "vector", "code").contains(asked)) {
      throw new InvalidInputException(
          "system property stlm.kernels is '" + asked + "'; allowed: scalar, vector, code");
    }
    if ("scalar".equals(asked)) {
      return new Choice(scalar, "asked for");
    }
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      String absent = "no module jdk.incubator.vector; start Java with --add-modules for it";
      if (asked != null) {
        throw new InvalidInputException("system property stlm.kernels=" + asked + ": " + absent);
      }
      return new Choice(scalar, absent);
    }
    Kernels vector = vector(Optional.empty());
    if ("vector".equals(asked)) {
      return new Choice(vector, "asked for");
    }
    if (asked != null) {
      MachineCode.Found found = MachineCode.find();
      if (found.code().isEmpty()) {
        throw new InvalidInputException("system property stlm.kernels=code: " + found.reason());
      }
      return new Choice(vector(found.code()), "asked for");
    }
    if (VectorKernels.WIDTH < 4) {
      return new Choice(scalar, "this processor has no vectors of 4 floats");
    }
    if (!agree(scalar, vector)) {
      return new Choice(scalar, "the vector kernels do not give the same bits here");
    }
    if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
      long vectorNanos = nanos(vector);
      long scalarNanos = nanos(scalar);
      return vectorNanos < scalarNanos
          ? withCode(scalar, vector, scalarNanos / vectorNanos + " times as fast as scalar")
          : new Choice(
              scalar, "vectors are " + vectorNanos / scalarNanos + " times as slow: not compiled");
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return new Choice(scalar, "no optimising compiler: " + mode);
    }
    return withCode(scalar, vector, "same bits as scalar, " + mode);
  }

  private static Choice withCode(Kernels scalar, Kernels vector, String reason) {
    MachineCode.Found found = MachineCode.find();
    Kernels coded = vector(found.code());
    return agree(scalar, coded)
        ? new Choice(coded, reason + "; " + found.reason())
        : new Choice(vector, reason + "; machine code does not give the same bits here");
  }

  // in a method of its own: the class is loaded only where its module is
  private static Kernels vector(Optional<MachineCode> code) {
    return new VectorKernels(code);
  }

  private static boolean agree(Kernels one, Kernels other) {
    return Arrays.equals(sample(one), sample(other));
  }

  private static float[] sample(Kernels kernels) {
    Random random = new Random(5);
    float[] a = new float[5 * 7];
    float[] b = new float[7 * 80];
    float[] c = new float[5 * 80];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = (float) random.nextGaussian();
    }
    kernels.multiply(5, 80, 7, a, 0, 7, b, 0, 80, c, 0, 80, false);
    c[0] = kernels.exponentials(c, 1, 37, new float[Kernels.LANES]);
    return c;
  }

  /** Least time of a product of 16384 multiply-adds, at least 1. */
  private static long nanos(Kernels kernels) {
    float[] a = new float[4 * 64];
    float[] b = new float[64 * 64];
    float[] c = new float[4 * 64];
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TIMINGS; i++) {
      long start = System.nanoTime();
      kernels.multiply(4, 64, 64, a, 0, 64, b, 0, 64, c, 0, 64, false);
      best = Math.min(best, System.nanoTime() - start);
    }
    return Math.max(1, best);
  }
}
