package dev.stlm.serving.api;

import dev.stlm.serving.grammar.Vocabulary;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts to ids and back, as clients see them: special ids have names.
 *
 * <p>The name of a special id at the very start of a text becomes that id; anywhere else it is
 * spelled in bytes like any text.
 */
final class TokenText {
  /** Name of the id that ends a text. */
  static final String END_OF_TEXT = "<|endoftext|>";

  private final Tokenizer tokenizer;
  private final Map<String, Integer> special = new TreeMap<>();
  private final Map<Integer, String> names = new TreeMap<>();
  private @Nullable Vocabulary vocabulary;

  TokenText(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    special.put(END_OF_TEXT, tokenizer.endOfText());
    if (tokenizer.type().equals(ByteTokenizer.TYPE)) {
      for (int i = 0; i < ByteTokenizer.SPECIAL_NAMES.size(); i++) {
        special.put(ByteTokenizer.SPECIAL_NAMES.get(i), 256 + i);
      }
    }
    special.forEach((name, id) -> names.put(id, name));
  }

  int vocabularySize() {
    return tokenizer.vocabularySize();
  }

  int startOfText() {
    return tokenizer.startOfText();
  }

  int endOfText() {
    return tokenizer.endOfText();
  }

  /** The bytes of all ids, read when they are first needed. */
  synchronized Vocabulary vocabulary() {
    Vocabulary known = vocabulary;
    if (known == null) {
      known = new Vocabulary(tokenizer);
      vocabulary = known;
    }
    return known;
  }

  /** Ids of a text; a special name at its start becomes one id. */
  int[] encode(String text) {
    for (Map.Entry<String, Integer> entry : special.entrySet()) {
      if (text.startsWith(entry.getKey())) {
        int[] rest = tokenizer.encode(text.substring(entry.getKey().length()));
        int[] ids = new int[rest.length + 1];
        ids[0] = entry.getValue();
        System.arraycopy(rest, 0, ids, 1, rest.length);
        return ids;
      }
    }
    return tokenizer.encode(text);
  }

  /** Ids of a text, none of them special. */
  int[] encodePlain(String text) {
    return tokenizer.encode(text);
  }

  /** The text of ids; special ids appear by name, malformed bytes as U+FFFD. */
  String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length);
    for (int id : ids) {
      bytes.writeBytes(displayed(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The bytes of an id; of a special one, those of its name. */
  byte[] displayed(int id) {
    String name = names.get(id);
    return name == null
        ? tokenizer.decodeNext(new int[] {id})
        : name.getBytes(StandardCharsets.UTF_8);
  }

  /** A spelling that no two ids share: text where the bytes are text, else {@code bytes:\xNN}. */
  String spell(int id) {
    byte[] bytes = displayed(id);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder spelled = new StringBuilder("bytes:");
      for (byte b : bytes) {
        spelled.append("\\x").append("%02x".formatted(b & 0xFF));
      }
      return spelled.toString();
    }
  }

  /** Counts code points over the tokens of one text. */
  final class Offsets {
    private int count;
    private int open;

    /**
     * Where the character that a token belongs to starts, in code points from the start of the
     * text; then moves past the token.
     */
    int next(int id) {
      int at = -1;
      for (byte b : displayed(id)) {
        boolean continues = (b & 0xC0) == 0x80 && open > 0;
        if (continues) {
          open--;
        } else {
          open = (b & 0xF8) == 0xF0 ? 3 : (b & 0xF0) == 0xE0 ? 2 : (b & 0xE0) == 0xC0 ? 1 : 0;
          count++;
        }
        if (at < 0) {
          at = count - 1;
        }
      }
      return at < 0 ? count : at;
    }
  }

  /** Ids as a list, for JSON. */
  static List<Integer> list(int[] ids) {
    List<Integer> list = new ArrayList<>(ids.length);
    for (int id : ids) {
      list.add(id);
    }
    return list;
  }
}
