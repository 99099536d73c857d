package dev.stlm.model.gguf;

import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.SharingConfig;
import dev.stlm.model.gguf.GgufValue.Real;
import dev.stlm.model.gguf.GgufValue.Text;
import dev.stlm.model.gguf.GgufValue.Whole;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * The architectures of llama.cpp that flat models of ours are: the same blocks, once without and
 * once with query-key norm.
 */
enum LlamaArchitecture {
  /**
   * Turns channels 2i and 2i + 1 of a head together, where ours are i and i + h / 2: the rows of
   * queries and keys change places.
   */
  LLAMA,
  /** Query-key norm; turns the same channels together as we do. */
  QWEN3;

  /**
   * The architecture that computes what a config says.
   *
   * @throws InvalidInputException naming the first field that none of them computes
   */
  static LlamaArchitecture of(ModelConfig config) {
    if (!(config instanceof FlatConfig flat)) {
      throw refused("architecture", "pooled", "flat");
    }
    if (flat.ngrams().isPresent()) {
      throw refused("ngrams", "hashed tables", "none");
    }
    if (flat.smear().isPresent()) {
      throw refused("smear", flat.smear().get(), "none");
    }
    if (flat.logitSoftCap().isPresent()) {
      throw refused("logitSoftCap", flat.logitSoftCap().get(), "none");
    }
    if (!flat.stack().shares().equals(new SharingConfig(1, 0, false, 1))) {
      throw refused("sharing", "of weights by layers", "none");
    }
    if (flat.ffn().activation() != Activation.SWIGLU) {
      throw refused(
          "ffn.activation", flat.ffn().activation().name().toLowerCase(Locale.ROOT), "swiglu");
    }
    attention(flat.attention());
    return flat.attention().qkNorm() ? QWEN3 : LLAMA;
  }

  private static void attention(AttentionConfig attention) {
    if (attention.window().isPresent()) {
      throw refused("attention.window", attention.window().get(), "none");
    }
    if (attention.mixesValues()) {
      throw refused("attention.valueResidual", "true", "none");
    }
    if (attention.rotated() != attention.headWidth()) {
      throw refused("attention.ropeWidth", attention.rotated(), "the width of a head");
    }
    switch (attention.ropeScaling().orElse(null)) {
      case null -> {}
      case RopeScaling.Linear _ -> {}
      case RopeScaling.Llama3 _ -> {
        if (attention.qkNorm()) {
          throw refused("attention.ropeScaling", "llama3 with qkNorm", "one of the two");
        }
      }
      case RopeScaling.Longrope _ ->
          throw refused("attention.ropeScaling", "longrope", "none, linear, llama3");
    }
  }

  private static InvalidInputException refused(String field, Object value, String allowed) {
    return new InvalidInputException(
        "export: llama.cpp computes no model with %s %s; a GGUF file can hold: %s"
            .formatted(field, value, allowed));
  }

  /** Adds what llama.cpp has to know to compute a model. */
  void describe(FlatConfig c, SequencedMap<String, GgufValue> metadata) {
    String prefix = this + ".";
    AttentionConfig a = c.attention();
    metadata.put(prefix + "vocab_size", new Whole(c.vocabularySize()));
    metadata.put(prefix + "context_length", new Whole(c.contextLength()));
    metadata.put(prefix + "embedding_length", new Whole(c.width()));
    metadata.put(prefix + "block_count", new Whole(c.layers()));
    metadata.put(prefix + "feed_forward_length", new Whole(c.ffn().width()));
    metadata.put(prefix + "attention.head_count", new Whole(a.heads()));
    metadata.put(prefix + "attention.head_count_kv", new Whole(a.kvHeads()));
    metadata.put(prefix + "attention.key_length", new Whole(a.headWidth()));
    metadata.put(prefix + "attention.value_length", new Whole(a.headWidth()));
    metadata.put(prefix + "attention.layer_norm_rms_epsilon", new Real((float) c.normEpsilon()));
    metadata.put(prefix + "rope.dimension_count", new Whole(a.headWidth()));
    metadata.put(prefix + "rope.freq_base", new Real((float) a.ropeTheta()));
    if (a.ropeScaling().orElse(null) instanceof RopeScaling.Linear linear) {
      metadata.put(prefix + "rope.scaling.type", new Text("linear"));
      metadata.put(prefix + "rope.scaling.factor", new Real((float) linear.factor()));
    }
  }

  /**
   * Where the rows of a file's heads come from.
   *
   * @param first the row of the first head in the fused projection
   * @return for each row of the file, the row of the projection
   */
  int[] turningRows(int first, int heads, int width) {
    int[] rows = new int[heads * width];
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < width; i++) {
        int source = this == LLAMA ? i / 2 + i % 2 * (width / 2) : i;
        rows[head * width + i] = first + head * width + source;
      }
    }
    return rows;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
