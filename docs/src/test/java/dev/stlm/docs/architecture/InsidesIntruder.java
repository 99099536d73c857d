package dev.stlm.docs.architecture;

import dev.stlm.compression.internal.StepFingerprint;
import java.util.Map;

/** Uses the insides of another module, which the architecture rules have to notice. */
final class InsidesIntruder {
  private InsidesIntruder() {}

  static StepFingerprint forbidden() {
    return new StepFingerprint("", Map.of(), 0, "", "", "", "");
  }
}
