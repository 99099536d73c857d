package dev.stlm.compression.distil;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.TokenizerProvider;
import java.util.Map;

/** A byte tokenizer that counts down: as many ids as the ordinary one, with other meanings. */
public final class FlippedBytes implements Tokenizer, TokenizerProvider {
  private final ByteTokenizer bytes = new ByteTokenizer();

  @Override
  public String type() {
    return "flipped";
  }

  @Override
  public Tokenizer create(Map<String, String> settings) {
    return new FlippedBytes();
  }

  @Override
  public int vocabularySize() {
    return bytes.vocabularySize();
  }

  @Override
  public int endOfText() {
    return bytes.endOfText();
  }

  @Override
  public int[] encode(byte[] text) {
    return flip(bytes.encode(text));
  }

  @Override
  public byte[] decode(int[] ids) {
    return bytes.decode(flip(ids.clone()));
  }

  private static int[] flip(int[] ids) {
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids[i] < 256 ? 255 - ids[i] : ids[i];
    }
    return ids;
  }
}
