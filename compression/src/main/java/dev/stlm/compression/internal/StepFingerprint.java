package dev.stlm.compression.internal;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that the result of a step depends on.
 *
 * @param step type and version
 * @param settings every setting
 * @param seed what the step is seeded with
 * @param inputHash names the model that goes in
 * @param inputHistory its history, which goes on in the result
 * @param textHash names the text that a step may learn from, or "none"
 * @param teacherHash names the teacher, or "none"
 */
public record StepFingerprint(
    String step,
    Map<String, String> settings,
    long seed,
    String inputHash,
    String inputHistory,
    String textHash,
    String teacherHash) {

  public StepFingerprint {
    // sorted, so that equal settings give equal text
    settings = new TreeMap<>(settings);
  }

  /** 64 hexadecimal digits: equal for equal fingerprints. */
  String hash() {
    return Sha256.hex(StrictJson.line(this).getBytes(StandardCharsets.UTF_8));
  }
}
