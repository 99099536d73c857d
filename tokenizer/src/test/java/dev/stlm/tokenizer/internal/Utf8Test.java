package dev.stlm.tokenizer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;

class Utf8Test {
  @Example
  void everyCodePointIsRecognisedAndEveryCutOfItIsCalledCut() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        continue;
      }
      byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
      boolean right =
          Utf8.character(bytes, 0, bytes.length) == bytes.length
              && Utf8.codePoint(bytes, 0, bytes.length) == point;
      for (int cut = 1; cut < bytes.length; cut++) {
        right &= Utf8.character(bytes, 0, cut) == Utf8.CUT;
      }
      assertThat(right).as("U+%04X", point).isTrue();
    }
  }

  @Example
  void threeBytesAreJudgedAsTheJdkJudgesThem() {
    byte[] bytes = new byte[3];
    for (int lead = 0x80; lead < 0x100; lead++) {
      for (int second = 0; second < 0x100; second++) {
        for (int third : new int[] {0x20, 0x7F, 0x80, 0xBF, 0xC0, 0xFF}) {
          bytes[0] = (byte) lead;
          bytes[1] = (byte) second;
          bytes[2] = (byte) third;
          int length = Utf8.character(bytes, 0, 3);
          boolean right =
              length == Utf8.CUT
                  ? isWellFormed(bytes, 3, (byte) 0x80) && !isWellFormed(bytes, 3)
                  : length == 0
                      ? !isWellFormed(bytes, 2)
                          && !isWellFormed(bytes, 3)
                          && !isWellFormed(bytes, 3, (byte) 0x80)
                      : isWellFormed(bytes, length);
          assertThat(right).as("%02X %02X %02X: %d", lead, second, third, length).isTrue();
        }
      }
    }
  }

  private static boolean isWellFormed(byte[] bytes, int length, byte... more) {
    ByteBuffer all = ByteBuffer.allocate(length + more.length).put(bytes, 0, length).put(more);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(all.flip()).length() > 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
