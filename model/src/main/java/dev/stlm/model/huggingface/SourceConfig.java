package dev.stlm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.StrictJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a {@code config.json} says of a model.
 *
 * @param family how its tensors are named
 * @param contextLength max_position_embeddings
 * @param kvHeads num_key_value_heads: MobiLlama's files claim another number than they hold
 * @param ropeWidth leading channels of a head that rotate, where not all do
 * @param startOfText bos_token_id
 * @param endOfText eos_token_id, the first where there are several
 */
record SourceConfig(
    Family family,
    int vocabularySize,
    int contextLength,
    int width,
    int layers,
    int heads,
    int kvHeads,
    int headWidth,
    int ffnWidth,
    double ropeTheta,
    Optional<RopeScaling> ropeScaling,
    Optional<Integer> ropeWidth,
    Optional<Integer> window,
    double normEpsilon,
    boolean tiedHead,
    Optional<Integer> startOfText,
    int endOfText) {

  /** Families by the names of their tensors. */
  enum Family {
    /** Queries, keys and values, and gate and up, are tensors of their own. */
    LLAMA("llama"),
    /** They are fused. */
    PHI3("phi3");

    private final String type;

    Family(String type) {
      this.type = type;
    }

    /** The names of its classes. */
    Set<String> architectures() {
      return switch (this) {
        case LLAMA -> Set.of("LlamaForCausalLM", "MobiLlamaForCausalLM");
        case PHI3 -> Set.of("Phi3ForCausalLM");
      };
    }

    /** The value of model_type. */
    String type() {
      return type;
    }
  }

  /** What says nothing of the computation: how the model was trained, saved or is to be used. */
  private static final Set<String> BOOKKEEPING =
      Set.of(
          "_name_or_path",
          "_attn_implementation",
          "attention_dropout",
          "attn_implementation",
          "auto_map",
          "chunk_size_feed_forward",
          "embd_pdrop",
          "finetuning_task",
          "id2label",
          "initializer_range",
          "label2id",
          "output_attentions",
          "output_hidden_states",
          "pad_token_id",
          "pretraining_tp",
          "problem_type",
          "resid_pdrop",
          "return_dict",
          "task_specific_params",
          "tokenizer_class",
          "torchscript",
          "transformers_version",
          "use_cache");

  private static final List<String> DTYPES = List.of("float32", "bfloat16", "float16");

  /** Reads the file; every field of it is understood, ignored on purpose, or refused by name. */
  static SourceConfig read(Path file) {
    Fields f = new Fields(StrictJson.readTree(file), file.toString());
    Family family = family(f);
    int heads = f.count("num_attention_heads");
    int width = f.count("hidden_size");
    int headWidth = headWidth(f, width, heads);
    int context = f.count("max_position_embeddings");
    RopeFields rope = RopeFields.read(f, family, headWidth, context);
    f.text("hidden_act")
        .filter(act -> !act.equals("silu") && !act.equals("swish"))
        .ifPresent(act -> {
          throw f.unsupported("hidden_act", act, "silu");
        });
    for (String name : List.of("torch_dtype", "dtype")) {
      // the tensors say what they are
      f.text(name)
          .filter(dtype -> !DTYPES.contains(dtype))
          .ifPresent(dtype -> {
            throw f.unsupported(name, dtype, String.join(", ", DTYPES));
          });
    }
    for (String name :
        List.of(
            "attention_bias",
            "mlp_bias",
            "is_encoder_decoder",
            "is_decoder",
            "add_cross_attention",
            "tie_encoder_decoder")) {
      f.mustBeFalse(name);
    }
    SourceConfig config =
        new SourceConfig(
            family,
            f.count("vocab_size"),
            context,
            width,
            f.count("num_hidden_layers"),
            heads,
            f.whole("num_key_value_heads").orElse(heads),
            headWidth,
            f.count("intermediate_size"),
            rope.theta(),
            rope.scaling(),
            rope.width(),
            window(f, family),
            f.number("rms_norm_eps").orElseThrow(() -> f.missing("rms_norm_eps")),
            f.flag("tie_word_embeddings").orElse(false),
            f.whole("bos_token_id"),
            endOfText(f));
    for (String name : List.of("bos_token_id", "eos_token_id")) {
      int id = name.startsWith("b") ? config.startOfText().orElse(0) : config.endOfText();
      if (id >= config.vocabularySize()) {
        throw f.unsupported(name, id, "an id below the vocab_size " + config.vocabularySize());
      }
    }
    f.refuseOthers(BOOKKEEPING);
    return config;
  }

  /** Whether an object is such a config: it names its type as the library does. */
  static boolean recognises(JsonNode config) {
    return (config.has("model_type") || config.has("architectures")) && !config.has("architecture");
  }

  private static Family family(Fields f) {
    String type = f.text("model_type").orElseThrow(() -> f.missing("model_type"));
    Family family =
        switch (type) {
          case "llama", "mobillama" -> Family.LLAMA;
          case "phi3" -> Family.PHI3;
          default -> throw f.unsupported("model_type", type, "llama, mobillama, phi3");
        };
    f.any("architectures")
        .ifPresent(list -> {
          for (JsonNode name : list) {
            if (!family.architectures().contains(name.asText())) {
              throw f.unsupported(
                  "architectures", list, String.join(", ", new TreeSet<>(family.architectures())));
            }
          }
        });
    return family;
  }

  private static int headWidth(Fields f, int width, int heads) {
    Optional<Integer> given = f.whole("head_dim");
    if (given.isEmpty() && width % heads != 0) {
      throw f.invalid(
          "hidden_size %d is not a multiple of num_attention_heads %d; give head_dim"
              .formatted(width, heads));
    }
    return given.orElse(width / heads);
  }

  private static Optional<Integer> window(Fields f, Family family) {
    // Llama's own code has no window: a file that asks for one is of another model
    return family == Family.PHI3 ? f.whole("sliding_window") : Optional.empty();
  }

  private static int endOfText(Fields f) {
    JsonNode value = f.any("eos_token_id").orElseThrow(() -> f.missing("eos_token_id"));
    JsonNode first = value.isArray() && !value.isEmpty() ? value.get(0) : value;
    if (!first.isIntegralNumber() || !first.canConvertToInt() || first.intValue() < 0) {
      throw f.unsupported("eos_token_id", value, "an id or a list of ids");
    }
    return first.intValue();
  }
}
