package dev.stlm.training.internal.torch;

import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.training.internal.torch.StackProgram.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From ids to the residual stream before the last norm, [B, T, D].
 *
 * @param methods that the segments call
 * @param segments of the pass, in order
 * @param residual name of the residual stream
 * @param states name of what the global layers of a pooled model say after each patch [B, P, G];
 *     empty for a flat model
 */
record ResidualProgram(
    String methods, List<Segment> segments, String residual, Optional<String> states) {
  ResidualProgram {
    segments = List.copyOf(segments);
  }

  /** As the model is used: a position sees what is before it. */
  static ResidualProgram causal(
      ModelConfig config, ParameterExpressions parameters, boolean dropout) {
    return switch (config) {
      case FlatConfig flat -> flat("stack", flat, Sight.PAST, parameters, dropout);
      case PooledConfig pooled -> pooled(pooled, parameters, dropout);
    };
  }

  /** With the same parameters, but every position sees all others. */
  static ResidualProgram bothSides(
      FlatConfig config, ParameterExpressions parameters, boolean dropout) {
    return flat("open", config, Sight.ALL, parameters, dropout);
  }

  private static ResidualProgram flat(
      String name,
      FlatConfig config,
      Sight sight,
      ParameterExpressions parameters,
      boolean dropout) {
    StackProgram stack =
        new StackProgram(
            name,
            "",
            config.stack(),
            sight,
            config.contextLength(),
            parameters,
            DropoutProgram.ofStack(dropout, sight == Sight.ALL ? 1 : 0));
    List<Segment> segments = new ArrayList<>(List.of(embedding()));
    segments.addAll(stack.segments("embedded", "ids[0]", "rope[0]", "rope[1]"));
    return new ResidualProgram(
        stack.methods(), segments, stack.result("embedded"), Optional.empty());
  }

  /** Bytes, patches, bytes. */
  private static ResidualProgram pooled(
      PooledConfig config, ParameterExpressions parameters, boolean dropout) {
    boolean causal = config.encoder().scope() == EncoderConfig.Scope.CAUSAL;
    StackProgram encoder =
        new StackProgram(
            "encoder",
            "encoder.",
            config.encoder().stack(),
            causal ? Sight.PAST : Sight.GROUP,
            config.patcher().create().cap(),
            parameters,
            DropoutProgram.ofStack(dropout, 0));
    PoolingProgram pooling = new PoolingProgram(config, parameters);
    StackProgram global =
        new StackProgram(
            "global",
            "global.",
            config.global(),
            Sight.PAST,
            config.contextLength(),
            parameters,
            DropoutProgram.ofStack(dropout, 1));
    DecoderProgram decoder =
        new DecoderProgram(config, parameters, DropoutProgram.ofStack(dropout, 2));
    String patch = "torch.select(ids[2], 0, 0)";
    List<Segment> segments = new ArrayList<>(List.of(embedding()));
    segments.addAll(encoder.segments("embedded", causal ? "ids[0]" : patch, "rope[0]", "rope[1]"));
    String encoded = encoder.result("embedded");
    segments.add(
        Segment.of(
            "patches",
            List.of(encoded),
            "self.pooled(%s, %s, ids[3], p)".formatted(encoded, patch)));
    segments.addAll(global.segments("patches", "ids[0]", "rope[2]", "rope[3]"));
    String states = global.result("patches");
    // an encoder that sees the bytes to come is for pooling alone
    segments.addAll(decoder.segments(causal ? encoded : "embedded", states));
    return new ResidualProgram(
        encoder.methods() + pooling.methods() + global.methods() + decoder.methods(),
        segments,
        decoder.result(),
        Optional.of(states));
  }

  private static Segment embedding() {
    return Segment.of("embedded", List.of(), "self.embedding(ids[0], ids[1], p)");
  }
}
