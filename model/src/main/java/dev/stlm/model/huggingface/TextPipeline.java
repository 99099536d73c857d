package dev.stlm.model.huggingface;

import static dev.stlm.tokenizer.llama.LlamaVocabulary.BLANK;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a {@code tokenizer.json} does to a text before and after the byte pairs. */
final class TextPipeline {
  private static final String TYPE = "type";
  private static final String MARK = String.valueOf(BLANK);

  private TextPipeline() {}

  /** Whether a blank is put before a text; refuses every other treatment. */
  static boolean prefix(Fields f) {
    boolean prefix = before(f);
    f.object("decoder")
        .ifPresentOrElse(
            decoder -> checkDecoder(decoder, prefix),
            () -> {
              throw f.missing("decoder");
            });
    f.object("post_processor")
        .ifPresent(p -> {
          String type = type(p);
          if (!type.equals("TemplateProcessing")) {
            throw p.unsupported(TYPE, type, "TemplateProcessing");
          }
        });
    return prefix;
  }

  private static boolean before(Fields f) {
    List<Fields> normalizers =
        f.object("normalizer").map(n -> steps(n, "normalizers")).orElse(List.of());
    boolean prefix = false;
    boolean marks = false;
    for (Fields n : normalizers) {
      switch (type(n)) {
        case "Prepend" -> {
          require(n, "prepend", MARK);
          prefix = !marks;
        }
        case "Replace" -> {
          replaces(n, " ", MARK);
          marks = true;
        }
        default -> throw n.unsupported(TYPE, type(n), "Prepend, Replace");
      }
      n.refuseOthers(Set.of());
    }
    if (f.object("pre_tokenizer").isEmpty()) {
      if (!marks) {
        throw f.invalid("no step of normalizer or pre_tokenizer makes U+2581 of blanks");
      }
      return prefix;
    }
    Fields p = f.object("pre_tokenizer").get();
    if (!type(p).equals("Metaspace") || !normalizers.isEmpty()) {
      throw p.unsupported(TYPE, type(p), "none beside a normalizer, or Metaspace alone");
    }
    return metaspace(p);
  }

  private static boolean metaspace(Fields m) {
    require(m, "replacement", MARK);
    if (m.flag("split").orElse(true)) {
      throw m.unsupported("split", true, "false");
    }
    String scheme = m.text("prepend_scheme").orElse("always");
    boolean adds = m.flag("add_prefix_space").orElse(true) && !scheme.equals("never");
    if (!Set.of("first", "always", "never").contains(scheme)) {
      throw m.unsupported("prepend_scheme", scheme, "first, always, never");
    }
    m.refuseOthers(Set.of());
    return adds;
  }

  private static void checkDecoder(Fields decoder, boolean prefix) {
    List<Fields> steps = steps(decoder, "decoders");
    List<String> types = new ArrayList<>();
    for (Fields d : steps) {
      types.add(type(d));
      switch (type(d)) {
        case "Replace" -> replaces(d, MARK, " ");
        case "Strip" -> {
          require(d, "content", " ");
          if (d.whole("start").orElse(0) != 1 || d.whole("stop").orElse(0) != 0) {
            throw d.invalid("Strip should take one blank from the start");
          }
        }
        case "Metaspace" -> {
          require(d, "replacement", MARK);
          d.any("split");
          d.any("prepend_scheme");
          d.any("add_prefix_space");
        }
        case "ByteFallback", "Fuse" -> {}
        default ->
            throw d.unsupported(TYPE, type(d), "Replace, ByteFallback, Fuse, Strip, or Metaspace");
      }
      d.refuseOthers(Set.of());
    }
    List<String> expected =
        prefix
            ? List.of("Replace", "ByteFallback", "Fuse", "Strip")
            : List.of("Replace", "ByteFallback", "Fuse");
    if (!types.equals(expected) && !types.equals(List.of("Metaspace"))) {
      throw decoder.unsupported("the order of its steps", types, expected + " or Metaspace");
    }
  }

  /** The steps of a sequence, or the one step. */
  private static List<Fields> steps(Fields one, String name) {
    if (!type(one).equals("Sequence")) {
      return List.of(one);
    }
    List<Fields> steps = new ArrayList<>();
    for (JsonNode step : one.any(name).orElseThrow(() -> one.missing(name))) {
      steps.add(one.part(name + "[" + steps.size() + "]", step));
    }
    one.refuseOthers(Set.of());
    return steps;
  }

  private static void replaces(Fields step, String from, String to) {
    Fields pattern = step.object("pattern").orElseThrow(() -> step.missing("pattern"));
    require(pattern, "String", from);
    pattern.refuseOthers(Set.of());
    require(step, "content", to);
  }

  private static void require(Fields step, String name, String expected) {
    String value = step.text(name).orElse("");
    if (!value.equals(expected)) {
      throw step.unsupported(name, "\"" + value + "\"", "\"" + expected + "\"");
    }
  }

  private static String type(Fields step) {
    return step.text(TYPE).orElseThrow(() -> step.missing(TYPE));
  }
}
