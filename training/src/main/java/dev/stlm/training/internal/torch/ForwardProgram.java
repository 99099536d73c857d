package dev.stlm.training.internal.torch;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.ObjectiveConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
 * {@code causalObjective} what training minimises without a teacher and {@code causalDerivatives}
 * its derivatives, one tensor a parameter; {@code maskedObjective} and {@code maskedDerivatives}
 * the same for sequences whose positions see all others, where the objective has them.
 */
final class ForwardProgram {
  /** The lists that every method takes before the parameters. */
  static final String INPUTS = "ids: List[Tensor], rope: List[Tensor]";

  private final ModelConfig config;
  private final LearnerSettings settings;
  private final Arithmetic arithmetic;
  private final ParameterExpressions parameters;
  private final ResidualProgram pass;
  private final LossProgram loss;
  private final Optional<ResidualProgram> open;

  /**
   * The pass of a config.
   *
   * @param gpu whether it is for a GPU, see {@link Arithmetic}
   */
  ForwardProgram(ModelConfig config, LearnerSettings settings, boolean gpu) {
    this.config = config;
    this.arithmetic = new Arithmetic(settings.precision(), gpu);
    this.settings = settings;
    this.parameters = new ParameterExpressions(config);
    this.pass = ResidualProgram.causal(config, parameters, dropout());
    this.loss = new LossProgram(config, settings.objective(), settings.teacher());
    this.open =
        objective()
            .masking()
            .map(_ -> ResidualProgram.bothSides(requireFlat(config), parameters, dropout()));
  }

  private ObjectiveConfig objective() {
    return settings.objective();
  }

  /** Whether passes have {@code noise}. */
  boolean dropout() {
    return objective().dropout().isPresent();
  }

  /** A whole class for callers, for settings without a teacher. */
  String text() {
    StringBuilder text = new StringBuilder(TorchScriptArchive.CLASS_HEADER).append(methods());
    for (GradientProgram program : programs()) {
      text.append(program.objective()).append(program.derivatives());
    }
    if (!dropout()) {
      text.append(residual()).append(logits()).append(LossProgram.nats());
      text.append(config.futureIds().isPresent() ? HeadProgram.draft() : "");
    }
    return text.toString();
  }

  /** The gradients and what they use, without the header of the class. */
  String methods() {
    StringBuilder text =
        new StringBuilder()
            .append(new OperationsProgram(arithmetic, config.normEpsilon()).methods())
            .append(Band.methods(arithmetic))
            .append(DropoutProgram.ofStack(dropout(), 0).methods())
            .append(new EmbeddingProgram(config, parameters).methods())
            .append(pass.methods());
    open.ifPresent(o -> text.append(o.methods()));
    text.append(new HeadProgram(config, parameters).methods())
        .append(loss.methods())
        .append(GradientProgram.common());
    programs().forEach(program -> text.append(program.gradients(settings.recompute())));
    return text.toString();
  }

  /** What is differentiated. */
  private List<GradientProgram> programs() {
    List<GradientProgram> list = new ArrayList<>();
    list.add(
        new GradientProgram(
            "causal",
            pass.segments(),
            loss.call(pass),
            loss.takes(pass),
            settings.teacher().isPresent(),
            dropout()));
    open.ifPresent(o ->
        list.add(
            new GradientProgram(
                "masked",
                o.segments(),
                "self.maskedLoss(%s, y, n, p)".formatted(o.residual()),
                List.of(o.residual()),
                false,
                dropout())));
    return list;
  }

  private String residual() {
    ScriptMethod m = new ScriptMethod("residual", INPUTS + ", p: List[Tensor]", "Tensor");
    pass.segments().forEach(s -> m.line(s.line()));
    return m.line("return " + pass.residual()).text();
  }

  private static String logits() {
    return new ScriptMethod("logits", INPUTS + ", p: List[Tensor]", "Tensor")
        .line("return self.head(self.residual(ids, rope, p), p)")
        .text();
  }

  private static FlatConfig requireFlat(ModelConfig config) {
    if (config instanceof FlatConfig flat) {
      return flat;
    }
    throw new InvalidInputException(
        "training: masked sequences need a flat model: the patches of a pooled one would end at"
            + " every masked id; leave the masking out, or train a flat model");
  }
}
