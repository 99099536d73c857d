package dev.stlm.model.runtime.code;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * How this process calls machine code; in an ahead-of-time image that was found when it was built.
 */
final class ProcessCalls {
  /** Nothing where the system is not known, or Java was started without native access. */
  static final Optional<NativeCalls> CALLS = find();

  /** Why there is nothing. */
  static final String ABSENCE =
      isKnownSystem()
          ? "no native access; start Java with --enable-native-access=ALL-UNNAMED for it"
          : "machine code is only for Linux on x86-64";

  private ProcessCalls() {}

  private static Optional<NativeCalls> find() {
    if (!isKnownSystem()) {
      return Optional.empty();
    }
    if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
      return ServiceLoader.load(NativeCalls.class).findFirst();
    }
    return ProcessCalls.class.getModule().isNativeAccessEnabled()
        ? Optional.of(new ForeignCalls())
        : Optional.empty();
  }

  private static boolean isKnownSystem() {
    return System.getProperty("os.name", "").equals("Linux")
        && System.getProperty("os.arch", "").equals("amd64");
  }
}
