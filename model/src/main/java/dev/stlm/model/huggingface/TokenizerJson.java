package dev.stlm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.OneLine;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.llama.LlamaTokenizer;
import dev.stlm.tokenizer.llama.LlamaVocabulary;
import dev.stlm.tokenizer.llama.LlamaVocabulary.Merge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The {@code tokenizer.json} of Llama and its relatives. Every part of its pipeline has to be the
 * one that {@link LlamaTokenizer} is, and is refused by name otherwise; how texts are cut and
 * padded for training and which special ids are put around them is of no concern here.
 */
final class TokenizerJson {
  private static final Set<String> NOT_APPLIED = Set.of("version", "truncation", "padding");
  private static final Set<String> OF_ADDED_TOKENS =
      Set.of("single_word", "lstrip", "rstrip", "normalized", "special");

  private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-F]{2}>");

  private TokenizerJson() {}

  /**
   * Reads the file.
   *
   * @param config of the model: it says how many ids there are, and which start and end a text
   */
  static LlamaTokenizer read(Path file, SourceConfig config) {
    Fields f = new Fields(StrictJson.readTree(file), file.toString());
    boolean prefix = TextPipeline.prefix(f);
    Fields model = f.object("model").orElseThrow(() -> f.missing("model"));
    String[] tokens = new String[config.vocabularySize()];
    Arrays.fill(tokens, "");
    Map<String, Integer> ids = vocabulary(model, tokens);
    Set<Integer> special = added(f, tokens);
    int start = config.startOfText().orElse(config.endOfText());
    special.addAll(List.of(start, config.endOfText()));
    List<Merge> merges = merges(model, ids, special);
    checkModel(model);
    f.refuseOthers(NOT_APPLIED);
    try {
      return new LlamaTokenizer(
          new LlamaVocabulary(List.of(tokens), merges, special), start, config.endOfText(), prefix);
    } catch (InvalidInputException e) {
      throw f.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Integer> vocabulary(Fields model, String[] tokens) {
    JsonNode vocab =
        model.any("vocab").filter(JsonNode::isObject).orElseThrow(() -> model.missing("vocab"));
    Map<String, Integer> ids = new HashMap<>();
    vocab
        .properties()
        .forEach(entry -> {
          put(model, tokens, entry.getValue(), entry.getKey());
          ids.put(entry.getKey(), entry.getValue().intValue());
        });
    return ids;
  }

  /**
   * The merges but those that make a special token, or the token of a byte, of text that only
   * spells it: files list some, as they were made of every way to cut every token.
   */
  private static List<Merge> merges(Fields model, Map<String, Integer> ids, Set<Integer> special) {
    JsonNode list =
        model.any("merges").filter(JsonNode::isArray).orElseThrow(() -> model.missing("merges"));
    List<Merge> merges = new ArrayList<>();
    int count = 0;
    for (JsonNode item : list) {
      // older files: one text with a blank between, which no token contains
      String text = item.asText();
      int cut = text.indexOf(' ');
      boolean two = item.isArray() && item.size() == 2;
      String first = two ? item.get(0).asText() : text.substring(0, Math.max(0, cut));
      String second = two ? item.get(1).asText() : text.substring(cut + 1);
      Integer left = ids.get(first);
      Integer right = ids.get(second);
      if (left == null || right == null) {
        throw model.unsupported("merge " + count, item, "two tokens of the vocab");
      }
      count++;
      Integer made = ids.get(first + second);
      boolean spelled = BYTE_TOKEN.matcher(first + second).matches();
      if (!spelled && (made == null || !special.contains(made))) {
        merges.add(new Merge(left, right));
      }
    }
    return merges;
  }

  private static void checkModel(Fields model) {
    String type = model.text("type").orElse("BPE");
    if (!type.equals("BPE")) {
      throw model.unsupported("type", type, "BPE");
    }
    for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      model
          .text(name)
          .filter(text -> !text.isEmpty())
          .ifPresent(text -> {
            throw model.unsupported(name, text, "none");
          });
    }
    model
        .number("dropout")
        .filter(share -> share != 0)
        .ifPresent(share -> {
          throw model.unsupported("dropout", share, "none");
        });
    if (!model.flag("byte_fallback").orElse(false)) {
      throw model.unsupported("byte_fallback", false, "true");
    }
    model.mustBeFalse("ignore_merges");
    // every byte has a token, so that nothing is ever unknown
    model.refuseOthers(Set.of("unk_token", "fuse_unk"));
  }

  /** Puts the added tokens into the vocabulary; gives their ids. */
  private static Set<Integer> added(Fields f, String[] tokens) {
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode item : f.any("added_tokens").orElseThrow(() -> f.missing("added_tokens"))) {
      Fields token = new Fields(item, "an added token");
      JsonNode id = token.any("id").orElseThrow(() -> f.missing("id of an added token"));
      put(f, tokens, id, token.text("content").orElseThrow(() -> f.missing("content")));
      ids.add(id.intValue());
      token.refuseOthers(OF_ADDED_TOKENS);
    }
    return ids;
  }

  private static void put(Fields f, String[] tokens, JsonNode id, String token) {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
      throw f.unsupported("the id of token \"" + OneLine.of(token) + "\"", id, "an id from 0 on");
    }
    if (id.intValue() >= tokens.length) {
      throw f.invalid(
          "token \"%s\" has id %d, config.json has a vocab_size of %d; they do not belong together"
              .formatted(OneLine.of(token), id.intValue(), tokens.length));
    }
    String known = tokens[id.intValue()];
    if (!known.isEmpty() && !known.equals(token)) {
      throw f.invalid(
          "tokens \"%s\" and \"%s\" have one id, %d"
              .formatted(OneLine.of(known), OneLine.of(token), id.intValue()));
    }
    tokens[id.intValue()] = token;
  }
}
