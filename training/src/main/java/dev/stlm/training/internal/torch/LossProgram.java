package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.training.config.ObjectiveConfig;

/**
 * Cross-entropies, all with the natural logarithm: of the next id, and of the drafts of the ids
 * after it.
 *
 * <p>Drafts are told the true ids between (teacher forcing), and positions whose drafted id is not
 * in the window are not scored. A target of {@link Batch#IGNORED} is not scored. The drafts and the
 * rest are trained together: the residual stream is not detached, as in Gloeckle et al. 2024 (arXiv
 * 2404.19737).
 */
final class LossProgram {
  /** Logits that are there at once, about: a vocabulary of 50,257 ids has as many for 333 ids. */
  private static final int LOGITS = 1 << 24;

  private final int vocabulary;
  private final int futureIds;
  private final double draftWeight;

  /** The losses of a config. */
  LossProgram(ModelConfig config, ObjectiveConfig objective) {
    this.vocabulary = config.vocabularySize();
    this.futureIds = config.futureIds().orElse(0);
    this.draftWeight = objective.draftWeight();
  }

  String methods() {
    return crossEntropy()
        + scored()
        + summed()
        + nats()
        + (drafts() ? draftLoss() : "")
        + withDrafts()
        + objective();
  }

  /** Whether the objective has a part of the drafts. */
  private boolean drafts() {
    return futureIds > 0 && draftWeight > 0;
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

  private static String nats() {
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

  /** A loss of the next id with the weighted part of the drafts, from the residual stream. */
  private String withDrafts() {
    ScriptMethod m =
        new ScriptMethod(
            "withDrafts", "loss: Tensor, h: Tensor, y: Tensor, p: List[Tensor]", "Tensor");
    return m.line(
            drafts()
                ? "return loss + self.draftLoss(h, y, p) * %s".formatted(draftWeight)
                : "return loss")
        .text();
  }

  /** The mean cross-entropy of the ids y, with the weighted part of the drafts. */
  private static String objective() {
    return new ScriptMethod(
            "objective", "y: Tensor, " + ForwardProgram.INPUTS + ", p: List[Tensor]", "Tensor")
        .line("h = self.residual(ids, rope, p)")
        .line("return self.withDrafts(self.summed(h, y, p) / self.scored(y, h), h, y, p)")
        .text();
  }
}
