package dev.stlm.training.internal.torch;

import java.util.ArrayList;
import java.util.List;

/** The text of one TorchScript method, line by line. */
final class ScriptMethod {
  private final List<String> lines = new ArrayList<>();

  /**
   * A method of the class.
   *
   * @param arguments what follows {@code self}, such as {@code x: Tensor}
   */
  ScriptMethod(String name, String arguments, String result) {
    lines.add(
        "  def %s(self: __torch__.%s, %s) -> %s:"
            .formatted(name, TorchScriptArchive.CLASS_NAME, arguments, result));
  }

  /** Adds a line of the body; blanks before it indent it further. */
  ScriptMethod line(String text) {
    lines.add("    " + text);
    return this;
  }

  /** Adds a line where a condition holds. */
  ScriptMethod lineIf(boolean condition, String text) {
    return condition ? line(text) : this;
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}
