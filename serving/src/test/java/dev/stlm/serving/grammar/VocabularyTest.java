package dev.stlm.serving.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  /** All bytes, some words, and an id that ends a text. */
  private static final class Words implements Tokenizer {
    private final List<byte[]> ids = new ArrayList<>();

    Words(String... words) {
      for (int b = 0; b < 256; b++) {
        ids.add(new byte[] {(byte) b});
      }
      ids.add(new byte[0]);
      for (String word : words) {
        ids.add(word.getBytes(StandardCharsets.UTF_8));
      }
    }

    @Override
    public String type() {
      return "words";
    }

    @Override
    public int vocabularySize() {
      return ids.size();
    }

    @Override
    public int endOfText() {
      return 256;
    }

    @Override
    public int[] encode(byte[] text) {
      int[] encoded = new int[text.length];
      for (int i = 0; i < text.length; i++) {
        encoded[i] = text[i] & 0xFF;
      }
      return encoded;
    }

    @Override
    public byte[] decode(int[] tokens) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int id : tokens) {
        text.writeBytes(ids.get(id));
      }
      return text.toByteArray();
    }
  }

  @Test
  void anIdIsAllowedIfAllItsBytesAre() {
    Tokenizer tokenizer =
        new Words("ab", "abc", "abd", "b", "cab", "ca", "aba", "é", "\"}", "{\"", "true", "tru");
    for (Grammar grammar :
        List.of(
            Grammar.regex("(ab|c)*d?"),
            Grammar.regex("é*b"),
            Grammar.jsonObject(),
            Grammar.choice(List.of("abc", "cab")))) {
      agree(tokenizer, grammar);
    }
  }

  /** Walks at random; at each step the mask is compared with what each id's bytes say. */
  private static void agree(Tokenizer tokenizer, Grammar grammar) {
    Vocabulary vocabulary = new Vocabulary(tokenizer);
    Random random = new Random(7);
    for (int walk = 0; walk < 20; walk++) {
      ByteState state = new ByteAutomaton(grammar.program()).start();
      for (int step = 0; step < 30; step++) {
        float[] logits = new float[tokenizer.vocabularySize() + 3];
        boolean left = vocabulary.mask(state, logits);
        List<Integer> allowed = new ArrayList<>();
        for (int id = 0; id < logits.length; id++) {
          boolean expected = id < tokenizer.vocabularySize() && allows(tokenizer, state, id);
          assertThat(logits[id]).as("id " + id).isEqualTo(expected ? 0 : Float.NEGATIVE_INFINITY);
          if (expected) {
            allowed.add(id);
          }
        }
        assertThat(left).isTrue();
        int id = allowed.get(random.nextInt(allowed.size()));
        if (id == tokenizer.endOfText()) {
          break;
        }
        state = vocabulary.after(state, id);
      }
    }
  }

  private static boolean allows(Tokenizer tokenizer, ByteState state, int id) {
    byte[] bytes = tokenizer.decode(new int[] {id});
    if (bytes.length == 0) {
      return state.mayEnd();
    }
    ByteState at = state;
    for (byte b : bytes) {
      if (!at.allows(b & 0xFF)) {
        return false;
      }
      at = at.after(b & 0xFF);
    }
    return true;
  }
}
