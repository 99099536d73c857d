package dev.stlm.training.internal.loop;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.TrainingText;
import java.util.List;

/** Whether a resumed run goes on with the text that it began with, wherever that lies now. */
final class SameText {
  private SameText() {}

  /**
   * Compares what a run learns from.
   *
   * @param sha256 hashes of the parts of {@code text}, parted by blanks
   * @throws InvalidInputException naming the first part that differs
   */
  static void require(RunState state, TrainingText text, String sha256) {
    List<TrainingText.Part> before = state.text().parts();
    List<TrainingText.Part> now = text.parts();
    List<String> hashesBefore = List.of(state.textSha256().split(" "));
    List<String> hashes = List.of(sha256.split(" "));
    if (before.size() != now.size() || state.text().withinDocuments() != text.withinDocuments()) {
      throw new InvalidInputException(
          "training: the run began with %d text%s%s; give the same in the same order, or leave --text out"
              .formatted(
                  before.size(),
                  before.size() == 1 ? "" : "s",
                  state.text().withinDocuments() ? ", within documents" : ""));
    }
    for (int i = 0; i < now.size(); i++) {
      if (!hashes.get(i).equals(hashesBefore.get(i))) {
        throw new InvalidInputException(
            now.get(i).path()
                + ": is not the text that the run began with (its SHA-256 differs); give that"
                + " text, or start a new run from the checkpoint");
      }
      if (now.get(i).weight() != before.get(i).weight()) {
        throw new InvalidInputException(
            "%s: had weight %s when the run began, not %s; give that, or leave --text out"
                .formatted(now.get(i).path(), before.get(i).weight(), now.get(i).weight()));
      }
    }
  }
}
