package dev.stlm.training.internal.torch;

import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.ObjectiveConfig;
import java.util.List;
import java.util.Optional;

/**
 * Cross-entropies, all with the natural logarithm: of the next id, of the drafts of the ids after
 * it, and of the bytes of the next patch. A target of {@link Batch#IGNORED} is not scored.
 *
 * <p>Drafts are told the true ids between (teacher forcing), and positions whose drafted id is not
 * in the window are not scored. The drafts and the rest are trained together: the residual stream
 * is not detached, as in Gloeckle et al. 2024 (arXiv 2404.19737).
 *
 * <p>The next patch is predicted from what the global layers say after the one before it, as the
 * decoder gets it, by the head of the model: all of its bytes by the same logits (patch-level
 * training, Shao et al. 2024, arXiv 2407.12665). A target in the first patch is not scored.
 */
final class LossProgram {
  /** Logits that are there at once, about: a vocabulary of 50,257 ids has as many for 333 ids. */
  private static final int LOGITS = 1 << 24;

  private final int vocabulary;
  private final int futureIds;
  private final ObjectiveConfig objective;
  private final Optional<Teacher.Settings> teacher;

  /**
   * The losses of a config.
   *
   * @throws InvalidInputException if the model can not have one of them
   */
  LossProgram(ModelConfig config, ObjectiveConfig objective, Optional<Teacher> teacher) {
    this.vocabulary = config.vocabularySize();
    this.futureIds = config.futureIds().orElse(0);
    this.objective = objective;
    this.teacher = teacher.map(Teacher::settings);
    if (nextPatch()
        && !(config instanceof PooledConfig pooled
            && pooled.decoder() instanceof DecoderConfig.Autoregressive)) {
      throw new InvalidInputException(
          "training: nextPatchWeight is "
              + objective.nextPatchWeight()
              + "; only a pooled model with an autoregressive decoder predicts the next patch");
    }
  }

  String methods() {
    return crossEntropy()
        + scored()
        + summed()
        + (drafts() ? draftLoss() : "")
        + (nextPatch() ? nextPatchLoss() : "")
        + (teacher.isPresent() ? distilled(teacher.get()) : "")
        + causalLoss()
        + (objective.masking().isPresent() ? maskedLoss() : "");
  }

  /** Results of a pass that the loss of causal sequences is differentiated by. */
  List<String> takes(ResidualProgram pass) {
    return nextPatch()
        ? List.of(pass.residual(), pass.states().orElseThrow())
        : List.of(pass.residual());
  }

  /** The call of that loss. */
  String call(ResidualProgram pass) {
    return "self.causalLoss(%s, y, n, %s%sp)"
        .formatted(
            String.join(", ", takes(pass)),
            nextPatch() ? "ids[2], " : "",
            teacher.isPresent() ? "teacher, " : "");
  }

  /** Whether the objective has a part of the drafts. */
  private boolean drafts() {
    return futureIds > 0 && objective.draftWeight() > 0;
  }

  private boolean nextPatch() {
    return objective.nextPatchWeight() > 0;
  }

  /** Of logits z [B, T, V] for ids y [B, T], in nats; reduction 1 is the mean, 2 the sum. */
  private static String crossEntropy() {
    return new ScriptMethod("crossEntropy", "z: Tensor, y: Tensor, reduction: int", "Tensor")
        .line("z = torch.flatten(z, 0, 1)")
        .line("y = torch.flatten(y, 0, 1)")
        .line(
            "return torch.cross_entropy_loss(z, y, None, reduction, %d, 0.)"
                .formatted(Batch.IGNORED))
        .text();
  }

  /** How many of the targets y are scored, at least 1, as a number like {@code like}. */
  private static String scored() {
    return new ScriptMethod("scored", "y: Tensor, like: Tensor", "Tensor")
        .line("return torch.clamp_min(torch.to(torch.sum(torch.ge(y, 0)), like), 1.)")
        .text();
  }

  /** The same from the residual stream h [B, T, D], summed, a part of the ids at a time. */
  private String summed() {
    int rows = Math.max(1, LOGITS / vocabulary);
    return new ScriptMethod("summed", "h: Tensor, y: Tensor, p: List[Tensor]", "Tensor")
        .line("h = torch.unsqueeze(torch.flatten(h, 0, 1), 0)")
        .line("y = torch.unsqueeze(torch.flatten(y, 0, 1), 0)")
        .line("total = torch.new_zeros(h, annotate(List[int], []))")
        .line(
            "for i in range(torch.floordiv(torch.size(y, 1) + %d, %d)):".formatted(rows - 1, rows))
        .line("  z = self.head(torch.slice(h, 1, i * %1$d, (i + 1) * %1$d), p)".formatted(rows))
        .line("  part = torch.slice(y, 1, i * %1$d, (i + 1) * %1$d)".formatted(rows))
        .line("  total = total + self.crossEntropy(z, part, 2)")
        .line("return total")
        .text();
  }

  /** For callers that have the method {@code residual}. */
  static String nats() {
    return new ScriptMethod(
            "nats", "y: Tensor, " + ForwardProgram.INPUTS + ", p: List[Tensor]", "Tensor")
        .line("return self.summed(self.residual(ids, rope, p), y, p)")
        .text();
  }

  /** Mean over j of the cross-entropy of draft j, from the residual stream h [B, T, D]. */
  private String draftLoss() {
    return new ScriptMethod("draftLoss", "h: Tensor, y: Tensor, p: List[Tensor]", "Tensor")
        .line("T = torch.size(y, 1)")
        .line("n = ops.prim.min(%d, T - 1)".formatted(futureIds))
        .line("total = torch.new_zeros(h, annotate(List[int], []))")
        .line("given = self.draftIds(torch.clamp_min(y, 0), p)")
        .line("s = h")
        .line("for i in range(n):")
        .line("  left = T - 1 - i")
        .line("  s = torch.slice(s, 1, 0, left)")
        .line("  s = self.draftStep(s, torch.slice(given, 1, i, i + left), p)")
        .line("  later = torch.slice(y, 1, i + 1, T)")
        .line("  total = total + self.summed(s, later, p) / self.scored(later, h)")
        .line("return total / ops.prim.max(n, 1)")
        .text();
  }

  /**
   * Mean cross-entropy of ids y [B, T] by the states after patches s [B, P, G]; an id is in the
   * patch after those that have ended at or before the id before it.
   */
  private static String nextPatchLoss() {
    return new ScriptMethod(
            "nextPatchLoss", "s: Tensor, y: Tensor, places: Tensor, p: List[Tensor]", "Tensor")
        .line("z = self.head(self.unpooled(s, p), p)")
        .line("finished = torch.select(places, 0, 1)")
        .line("y = torch.masked_fill(y, torch.eq(finished, 0), %d)".formatted(Batch.IGNORED))
        .line("return self.crossEntropy(self.rowsOf(z, finished), y, 2) / self.scored(y, z)")
        .text();
  }

  /** The cross-entropy, and (1 - w) CE + w T² KL(teacher_T || student_T) (Hinton et al. 2015). */
  private static String distilled(Teacher.Settings d) {
    return new ScriptMethod(
            "distilled",
            "h: Tensor, y: Tensor, n: Tensor, teacher: Tensor, p: List[Tensor]",
            "Tuple[Tensor, Tensor]")
        .line("z = self.head(h, p)")
        .line("ce = self.crossEntropy(z, y, 2) / n")
        .line("t = torch.log_softmax(teacher / %s, -1)".formatted(d.temperature()))
        .line("s = torch.log_softmax(z / %s, -1)".formatted(d.temperature()))
        .line("kl = torch.sum(torch.exp(t) * (t - s), [-1])")
        .line("kl = torch.sum(kl * torch.to(torch.ge(y, 0), kl)) / n")
        .line(
            "return (ce, ce * %s + kl * %s)"
                .formatted(1 - d.weight(), d.weight() * d.temperature() * d.temperature()))
        .text();
  }

  /** The cross-entropy of the next id, a sum over n; and what is minimised. */
  private String causalLoss() {
    ScriptMethod m =
        new ScriptMethod(
            "causalLoss",
            "h: Tensor, %sy: Tensor, n: Tensor, %s%sp: List[Tensor]"
                .formatted(
                    nextPatch() ? "states: Tensor, " : "",
                    nextPatch() ? "places: Tensor, " : "",
                    teacher.isPresent() ? "teacher: Tensor, " : ""),
            "Tuple[Tensor, Tensor]");
    if (teacher.isPresent()) {
      m.line("ce, total, = self.distilled(h, y, n, teacher, p)");
    } else {
      m.line("ce = self.summed(h, y, p) / n");
      m.line("total = ce");
    }
    m.lineIf(
        drafts(),
        "total = total + self.draftLoss(h, y, p) * %s".formatted(objective.draftWeight()));
    m.lineIf(
        nextPatch(),
        "total = total + self.nextPatchLoss(states, y, places, p) * %s"
            .formatted(objective.nextPatchWeight()));
    return m.line("return (ce, total)").text();
  }

  /** The cross-entropy of masked ids alone, a sum over n, twice. */
  private static String maskedLoss() {
    return new ScriptMethod(
            "maskedLoss",
            "h: Tensor, y: Tensor, n: Tensor, p: List[Tensor]",
            "Tuple[Tensor, Tensor]")
        .line("ce = self.summed(h, y, p) / n")
        .line("return (ce, ce)")
        .text();
  }
}
