package dev.stlm.serving.kit;

import dev.stlm.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;

/** Bytes and one more id, 256, that ends a text. */
final class ToyTokenizer implements Tokenizer {
  @Override
  public String type() {
    return "toy";
  }

  @Override
  public int vocabularySize() {
    return 257;
  }

  @Override
  public int endOfText() {
    return 256;
  }

  @Override
  public int[] encode(byte[] text) {
    int[] ids = new int[text.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = text[i] & 0xFF;
    }
    return ids;
  }

  @Override
  public byte[] decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      if (id < 256) {
        bytes.write(id);
      }
    }
    return bytes.toByteArray();
  }
}
