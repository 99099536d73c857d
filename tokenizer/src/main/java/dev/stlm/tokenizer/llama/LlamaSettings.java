package dev.stlm.tokenizer.llama;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.ProviderSettings;
import dev.stlm.tokenizer.llama.LlamaVocabulary.Merge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A Llama tokenizer as settings: {@code tokens} in the order of their ids, one blank between two (a
 * token's own blank is {@code \s}, its backslash {@code \\}); {@code merges} as pairs of ids, all
 * in one row; {@code special}, {@code startOfText} and {@code endOfText} as ids; {@code prefix} as
 * true or false.
 */
final class LlamaSettings {
  private static final String TOKENS = "tokens";
  private static final String MERGES = "merges";
  private static final String SPECIAL = "special";
  private static final String START = "startOfText";
  private static final String END = "endOfText";
  private static final String PREFIX = "prefix";
  private static final List<String> ALL = List.of(PREFIX, START, END, SPECIAL, TOKENS, MERGES);
  private static final String OWNER = "llama tokenizer";

  private LlamaSettings() {}

  static Map<String, String> of(LlamaTokenizer tokenizer) {
    LlamaVocabulary v = tokenizer.vocabulary();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(PREFIX, Boolean.toString(tokenizer.prefix()));
    settings.put(START, Integer.toString(tokenizer.startOfText()));
    settings.put(END, Integer.toString(tokenizer.endOfText()));
    settings.put(
        SPECIAL, v.special().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    settings.put(
        TOKENS,
        v.tokens().stream()
            .map(t -> t.replace("\\", "\\\\").replace(" ", "\\s"))
            .collect(Collectors.joining(" ")));
    settings.put(
        MERGES,
        v.merges().stream().map(m -> m.left() + " " + m.right()).collect(Collectors.joining(" ")));
    return settings;
  }

  static LlamaTokenizer read(Map<String, String> values) {
    ProviderSettings settings = new ProviderSettings(OWNER, values, ALL);
    List<String> tokens = new ArrayList<>();
    for (String token : settings.text(TOKENS).split(" ", LlamaVocabulary.MOST_TOKENS + 1)) {
      tokens.add(plain(token));
    }
    List<Integer> pairs = ids(settings, MERGES, 2 * LlamaVocabulary.MOST_MERGES);
    if (pairs.size() % 2 != 0) {
      throw new InvalidInputException(OWNER + ": merges has an odd number of ids");
    }
    List<Merge> merges = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i += 2) {
      merges.add(new Merge(pairs.get(i), pairs.get(i + 1)));
    }
    Set<Integer> special = new TreeSet<>(ids(settings, SPECIAL, LlamaVocabulary.MOST_TOKENS));
    String prefix = settings.text(PREFIX);
    if (!prefix.equals("true") && !prefix.equals("false")) {
      throw new InvalidInputException(
          OWNER + ": prefix is \"" + prefix + "\"; allowed: true, false");
    }
    return new LlamaTokenizer(
        new LlamaVocabulary(tokens, merges, special),
        id(START, settings.text(START)),
        id(END, settings.text(END)),
        prefix.equals("true"));
  }

  private static String plain(String token) {
    return token.indexOf('\\') < 0
        ? token
        // a backslash is never the first of two that were one: each was doubled
        : token.replace("\\\\", "\\b").replace("\\s", " ").replace("\\b", "\\");
  }

  private static List<Integer> ids(ProviderSettings settings, String key, int most) {
    List<Integer> ids = new ArrayList<>();
    String list = settings.text(key);
    if (!list.isEmpty()) {
      for (String id : list.split(" ", most + 1)) {
        ids.add(id(key, id));
      }
    }
    return ids;
  }

  private static int id(String key, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      String shown = value.length() > 20 ? value.substring(0, 20) + "…" : value;
      throw new InvalidInputException(
          OWNER + ": " + key + " holds \"" + shown + "\"; it should be a whole number", e);
    }
  }
}
