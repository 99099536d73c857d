package dev.stlm.docs.guide;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The start of the texts that ship with the project. */
public final class DemoText {
  private DemoText() {}

  /** The first bytes of the training text. */
  public static byte[] train(int bytes) {
    return read("train.txt", bytes);
  }

  /** The first bytes of the held-out text. */
  public static byte[] heldOut(int bytes) {
    return read("heldout.txt", bytes);
  }

  private static byte[] read(String name, int bytes) {
    try (InputStream in = DemoText.class.getResourceAsStream("/dev/stlm/bench/demo/" + name)) {
      return Objects.requireNonNull(in, name).readNBytes(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
