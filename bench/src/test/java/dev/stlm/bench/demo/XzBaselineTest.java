package dev.stlm.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class XzBaselineTest {
  @Test
  void matchesTheCommandOnTheShippedText() throws IOException {
    // `xz -9e` 5.4.1: (train + heldout: 384068 bytes) - (train: 352664 bytes), over 101,633 bytes
    assertThat(XzBaseline.bitsPerByte(resource("train.txt"), resource("heldout.txt")))
        .isCloseTo(8.0 * (384068 - 352664) / 101_633, within(0.005));
  }

  @Test
  void randomBytesAfterOtherRandomBytesCostEightBits() {
    byte[] primer = new byte[20_000];
    byte[] text = new byte[20_000];
    new Random(1).nextBytes(primer);
    new Random(2).nextBytes(text);
    assertThat(XzBaseline.bitsPerByte(primer, text)).isCloseTo(8, within(0.01));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = XzBaselineTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
