package dev.stlm.training.internal.torch;

import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.internal.torch.StackProgram.Sight;

/**
 * The forward pass of a config as the text of TorchScript methods, put together from its parts.
 *
 * <p>Shapes in the text: B sequences, T positions, D width, H query heads, K key-value heads, h
 * head width, F hidden channels, V ids, N n-gram orders; P patches and their width G, S slots of a
 * parallel decoder. Every method that takes parameters takes them as the list {@code p} in the
 * order of {@link ParameterLayout#stored()}. The inputs are the lists {@code ids} and {@code rope}
 * of {@link ModelInputs}.
 *
 * <p>Methods for callers: {@code logits} gives {@code [B, T, V]}; {@code draft} the logits {@code
 * [B, V]} after guesses; {@code nats} the cross-entropy of the next ids summed over {@code [B, T]};
 * {@code objective} what training minimises without a teacher; {@code gradients} its derivatives,
 * one tensor a parameter.
 */
final class ForwardProgram {
  /** The lists that every method takes before the parameters. */
  static final String INPUTS = "ids: List[Tensor], rope: List[Tensor]";

  private final ModelConfig config;
  private final Precision precision;
  private final ObjectiveConfig objective;
  private final ParameterExpressions parameters;

  ForwardProgram(ModelConfig config, Precision precision, ObjectiveConfig objective) {
    this.config = config;
    this.precision = precision;
    this.objective = objective;
    this.parameters = new ParameterExpressions(config);
  }

  /** A whole class with the forward methods alone. */
  String text() {
    return TorchScriptArchive.CLASS_HEADER + methods();
  }

  /** The methods of the class, without its header. */
  String methods() {
    return new OperationsProgram(precision, config.normEpsilon()).methods()
        + Band.methods()
        + new EmbeddingProgram(config, parameters).methods()
        + switch (config) {
          case FlatConfig flat -> residual(flat);
          case PooledConfig pooled -> residual(pooled);
        }
        + new HeadProgram(config, parameters).methods()
        + logits()
        + new LossProgram(config, objective).methods()
        + present()
        + gradients();
  }

  /** The residual stream before the last norm: [B, T, D]. */
  private String residual(FlatConfig flat) {
    StackProgram stack =
        new StackProgram("stack", "", flat.stack(), Sight.PAST, flat.contextLength(), parameters);
    return stack.methods()
        + new ScriptMethod("residual", INPUTS + ", p: List[Tensor]", "Tensor")
            .line("h = self.embedding(ids[0], ids[1], p)")
            .line("return " + stack.call("h", "ids[0]", "rope[0]", "rope[1]"))
            .text();
  }

  /** The same of a pooled model: bytes, patches, bytes. */
  private String residual(PooledConfig pooled) {
    boolean causal = pooled.encoder().scope() == EncoderConfig.Scope.CAUSAL;
    StackProgram encoder =
        new StackProgram(
            "encoderStack",
            "encoder.",
            pooled.encoder().stack(),
            causal ? Sight.PAST : Sight.GROUP,
            pooled.patcher().create().cap(),
            parameters);
    StackProgram global =
        new StackProgram(
            "globalStack",
            "global.",
            pooled.global(),
            Sight.PAST,
            pooled.contextLength(),
            parameters);
    return encoder.methods()
        + new PoolingProgram(pooled, parameters).methods()
        + global.methods()
        + new DecoderProgram(pooled, parameters).methods()
        + new ScriptMethod("residual", INPUTS + ", p: List[Tensor]", "Tensor")
            .line("e = self.embedding(ids[0], ids[1], p)")
            .line("patch = torch.select(ids[2], 0, 0)")
            .line("h = " + encoder.call("e", causal ? "ids[0]" : "patch", "rope[0]", "rope[1]"))
            .line("y = self.pooled(h, patch, ids[3], p)")
            .line("y = " + global.call("y", "ids[0]", "rope[2]", "rope[3]"))
            // an encoder that sees the bytes to come is for pooling alone
            .line(
                "return self.decoded(%s, y, ids, rope[4], rope[5], p)"
                    .formatted(causal ? "h" : "e"))
            .text();
  }

  private static String logits() {
    return new ScriptMethod("logits", INPUTS + ", p: List[Tensor]", "Tensor")
        .line("return self.head(self.residual(ids, rope, p), p)")
        .text();
  }

  /** What {@code torch.grad} gave, with zeros for parameters that had no part in the loss. */
  private static String present() {
    return new ScriptMethod(
            "present", "maybe: List[Optional[Tensor]], p: List[Tensor]", "List[Tensor]")
        .line("g = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(maybe)):")
        .line("  m = maybe[i]")
        .line("  if torch.__is__(m, None):")
        .line("    _0 = torch.append(g, torch.zeros_like(p[i]))")
        .line("  else:")
        .line("    _0 = torch.append(g, torch._unwrap_optional(m))")
        .line("return g")
        .text();
  }

  private static String gradients() {
    return new ScriptMethod(
            "gradients", "y: Tensor, " + INPUTS + ", p: List[Tensor]", "List[Tensor]")
        .line("leaves = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(p)):")
        .line("  _0 = torch.append(leaves, torch.requires_grad_(torch.detach(p[i]), True))")
        .line("loss = self.objective(y, ids, rope, leaves)")
        .line("return self.present(torch.grad([loss], leaves, None, None, False, True), leaves)")
        .text();
  }
}
