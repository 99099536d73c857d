package dev.stlm.model.gguf;

import dev.stlm.model.gguf.GgufValue.Text;
import dev.stlm.model.gguf.GgufValue.Texts;
import dev.stlm.model.gguf.GgufValue.Truth;
import dev.stlm.model.gguf.GgufValue.Whole;
import dev.stlm.model.gguf.GgufValue.Wholes;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.NoTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/**
 * A vocabulary of single bytes as llama.cpp reads it: that of GPT-2 without any merge.
 *
 * <p>GPT-2's byte-level pieces spell a byte as a printable character: itself where it is one,
 * otherwise the next character from U+0100 on. The other kind of vocabulary that llama.cpp has,
 * SentencePiece's with byte fallback, would turn every blank into U+2581 first.
 */
final class ByteVocabulary {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

  private ByteVocabulary() {}

  /**
   * Adds a tokenizer to the metadata of a file; one that knows ids alone adds that.
   *
   * @throws InvalidInputException if its ids are not bytes
   */
  static void describe(Tokenizer tokenizer, SequencedMap<String, GgufValue> metadata) {
    switch (tokenizer) {
      case ByteTokenizer _ -> bytes(metadata);
      case NoTokenizer _ -> metadata.put("tokenizer.ggml.model", new Text("no_vocab"));
      default ->
          throw new InvalidInputException(
              "export: the model's tokenizer is \"%s\"; GGUF files are written for: %s, %s"
                  .formatted(tokenizer.type(), ByteTokenizer.TYPE, NoTokenizer.TYPE));
    }
  }

  private static void bytes(SequencedMap<String, GgufValue> metadata) {
    List<String> pieces = new ArrayList<>();
    List<Integer> kinds = new ArrayList<>();
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      pieces.add(Character.toString(printable(b) ? b : next++));
      kinds.add(NORMAL);
    }
    for (String name : ByteTokenizer.SPECIAL_NAMES) {
      pieces.add(name);
      kinds.add(CONTROL);
    }
    metadata.put("tokenizer.ggml.model", new Text("gpt2"));
    // how text is cut before pieces are merged: of no effect, but some of its names change blanks
    metadata.put("tokenizer.ggml.pre", new Text("qwen2"));
    metadata.put("tokenizer.ggml.tokens", new Texts(pieces));
    metadata.put("tokenizer.ggml.token_type", new Wholes(kinds));
    metadata.put("tokenizer.ggml.merges", new Texts(List.of()));
    metadata.put("tokenizer.ggml.bos_token_id", new Whole(ByteTokenizer.END_OF_TEXT));
    metadata.put("tokenizer.ggml.eos_token_id", new Whole(ByteTokenizer.END_OF_TEXT));
    metadata.put("tokenizer.ggml.padding_token_id", new Whole(ByteTokenizer.PAD));
    metadata.put("tokenizer.ggml.add_bos_token", new Truth(false));
    metadata.put("tokenizer.ggml.add_eos_token", new Truth(false));
  }

  /** Whether GPT-2 spells a byte as the character of that number. */
  private static boolean printable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
  }
}
