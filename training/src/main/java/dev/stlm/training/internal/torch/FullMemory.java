package dev.stlm.training.internal.torch;

import ai.djl.engine.EngineException;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells an engine whose device has too little memory from one that fails. */
final class FullMemory {
  /** What PyTorch says of a GPU, and of the memory of a CPU. */
  private static final Pattern SAID =
      Pattern.compile(
          "[^\\n]*(?:out of memory|can't allocate memory|not enough memory)[^\\n]*?(?=\\. GPU|\\n|$)");

  private FullMemory() {}

  /** The failure as it is, or one line of what to do where memory is what lacks. */
  static RuntimeException told(EngineException failure) {
    Matcher said = SAID.matcher(String.valueOf(failure.getMessage()));
    return said.find()
        ? new InvalidInputException(
            "training: the device has too little memory ("
                + said.group().strip()
                + "); use a smaller --batch, with --accumulate for as many sequences a step, or"
                + " --recompute",
            failure)
        : failure;
  }
}
