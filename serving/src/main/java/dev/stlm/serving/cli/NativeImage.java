package dev.stlm.serving.cli;

import org.jspecify.annotations.Nullable;

/** Whether this code is part of a native executable. */
public final class NativeImage {
  private NativeImage() {}

  /** Whether an executable runs it. */
  public static boolean runs() {
    return "runtime".equals(code());
  }

  /** Whether an executable is being built of it. */
  public static boolean isBuilt() {
    return "buildtime".equals(code());
  }

  private static @Nullable String code() {
    return System.getProperty("org.graalvm.nativeimage.imagecode");
  }
}
