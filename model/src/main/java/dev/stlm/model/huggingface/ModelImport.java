package dev.stlm.model.huggingface;

import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.SharingConfig;
import dev.stlm.model.huggingface.SourceConfig.Family;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model of someone else's as one of ours: its config, its tensors under our names, and what had
 * to be decided on the way.
 */
final class ModelImport {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  private final SourceConfig source;
  private final SourceTensors tensors;
  private final int kvHeads;
  private final boolean sharedFfn;

  /** Reads the shapes that config.json leaves open. */
  ModelImport(SourceConfig source, SourceTensors tensors) {
    this.source = source;
    this.tensors = tensors;
    kvHeads = kvHeads();
    sharedFfn = sharedFfn();
  }

  /** The number that config.json says, or as many as query heads where the keys are so wide. */
  private int kvHeads() {
    if (source.family() == Family.LLAMA
        && tensors.rows(attention(0, "k_proj")) == source.heads() * source.headWidth()) {
      return source.heads();
    }
    return source.kvHeads();
  }

  /** Whether all layers have one feed-forward part: stored once, or as equal copies. */
  private boolean sharedFfn() {
    if (source.layers() == 1) {
      return false;
    }
    List<String> parts = ffnParts();
    boolean once =
        IntStream.range(1, source.layers())
            .allMatch(i -> parts.stream().noneMatch(part -> tensors.has(ffn(i, part))));
    return once
        || IntStream.range(1, source.layers())
            .allMatch(
                i -> parts.stream().allMatch(part -> tensors.equal(ffn(0, part), ffn(i, part))));
  }

  FlatConfig config() {
    return new FlatConfig(
        source.vocabularySize(),
        source.contextLength(),
        source.width(),
        source.layers(),
        new AttentionConfig(
            source.heads(),
            kvHeads,
            source.headWidth(),
            source.ropeTheta(),
            false,
            source.window(),
            Optional.empty(),
            source.ropeScaling(),
            source.ropeWidth()),
        new FfnConfig(source.ffnWidth(), Activation.SWIGLU),
        source.normEpsilon(),
        source.tiedHead(),
        Optional.empty(),
        sharedFfn ? Optional.of(new SharingConfig(source.layers(), 0, false, 1)) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Every tensor, by our name and in our order. */
  Map<String, Tensor> tensors(FlatConfig config) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    found.put("embed", tensors.matrix(EMBEDDING, source.vocabularySize(), source.width()));
    for (int i = 0; i < source.layers(); i++) {
      layer(i, config.attention(), found);
    }
    found.put("norm", tensors.vector("model.norm.weight", source.width()));
    head(found);
    tensors.refuseOthers();
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    ParameterLayout.of(config).stored().forEach(p -> ordered.computeIfAbsent(p.name(), found::get));
    return ordered;
  }

  private void layer(int i, AttentionConfig a, Map<String, Tensor> found) {
    String to = "layers." + i + ".";
    String from = "model.layers." + i + ".";
    int d = source.width();
    int heads = a.heads() * a.headWidth();
    int keys = a.kvHeads() * a.headWidth();
    found.put(to + "attention.norm", tensors.vector(from + "input_layernorm.weight", d));
    found.put(
        to + "attention.qkv",
        switch (source.family()) {
          case LLAMA ->
              tensors.stack(
                  from + "self_attn.q_proj.weight",
                  List.of(
                      tensors.matrix(attention(i, "q_proj"), heads, d),
                      tensors.matrix(attention(i, "k_proj"), keys, d),
                      tensors.matrix(attention(i, "v_proj"), keys, d)));
          case PHI3 -> tensors.matrix(attention(i, "qkv_proj"), a.qkvRows(), d);
        });
    found.put(to + "attention.output", tensors.matrix(attention(i, "o_proj"), d, heads));
    found.put(to + "ffn.norm", tensors.vector(from + "post_attention_layernorm.weight", d));
    if (sharedFfn && i > 0) {
      ffnParts().forEach(part -> tensors.skip(ffn(i, part)));
      return;
    }
    int f = source.ffnWidth();
    found.put(
        to + "ffn.input",
        switch (source.family()) {
          case LLAMA ->
              tensors.stack(
                  from + "mlp.gate_proj.weight",
                  List.of(
                      tensors.matrix(ffn(i, "gate_proj"), f, d),
                      tensors.matrix(ffn(i, "up_proj"), f, d)));
          case PHI3 -> tensors.matrix(ffn(i, "gate_up_proj"), 2 * f, d);
        });
    found.put(to + "ffn.output", tensors.matrix(ffn(i, "down_proj"), d, f));
  }

  private void head(Map<String, Tensor> found) {
    if (!source.tiedHead()) {
      found.put("head", tensors.matrix(HEAD, source.vocabularySize(), source.width()));
    } else if (tensors.has(HEAD)) {
      if (!tensors.equal(HEAD, EMBEDDING)) {
        throw tensors.refused(
            HEAD, "differs from " + EMBEDDING + ", though config.json says tie_word_embeddings");
      }
      tensors.skip(HEAD);
    }
  }

  /** What was read and what was decided. */
  History.Entry history() {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("model_type", source.family().type());
    if (kvHeads != source.kvHeads()) {
      details.put("kvHeads", kvHeads + " by the tensors; config.json says " + source.kvHeads());
    }
    if (sharedFfn) {
      details.put("sharedFfn", "one for all layers");
    }
    return new History.Entry("import.huggingface/1", details);
  }

  private List<String> ffnParts() {
    return switch (source.family()) {
      case LLAMA -> List.of("down_proj", "gate_proj", "up_proj");
      case PHI3 -> List.of("down_proj", "gate_up_proj");
    };
  }

  private static String attention(int layer, String part) {
    return "model.layers." + layer + ".self_attn." + part + ".weight";
  }

  private static String ffn(int layer, String part) {
    return "model.layers." + layer + ".mlp." + part + ".weight";
  }
}
