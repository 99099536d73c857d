package dev.stlm.training.cli;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.DropoutConfig;
import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run minimises. */
final class ObjectiveOptions {
  @Option(
      names = "--draft-weight",
      paramLabel = "W",
      description =
          "Weight of the drafts of later ids in the loss, for a model that makes drafts; default:"
              + " 0.3.")
  private @Nullable Double draftWeight;

  @Option(
      names = "--next-patch-weight",
      paramLabel = "W",
      description =
          "Weight of predicting all bytes of the next patch at once, for a pooled model; default:"
              + " 0.")
  private @Nullable Double nextPatchWeight;

  @Option(
      names = "--masked",
      paramLabel = "SHARE",
      description =
          "Share of the sequences of a batch whose masked ids are predicted from both sides, for a"
              + " flat model of bytes; default: none.")
  private @Nullable Double masked;

  @Option(
      names = "--mask-rate",
      paramLabel = "SHARE",
      description = "Share of the ids of these sequences that are masked; default: 0.2.")
  private @Nullable Double maskRate;

  @Option(
      names = "--mask-span",
      paramLabel = "N",
      description = "Masked ids in a row, on average; default: 6.")
  private @Nullable Integer maskSpan;

  @Option(
      names = "--dropout",
      paramLabel = "RATE",
      description = "Largest share of values that fall out of a block's output; default: none.")
  private @Nullable Double dropout;

  @Option(
      names = "--dropout-shape",
      paramLabel = "NAME",
      description =
          "Dropout over the run: constant, linear (up from 0) or triangle (up and down); default:"
              + " constant.")
  private DropoutConfig.@Nullable Shape dropoutShape;

  ObjectiveConfig objective() {
    requireWith("--masked", masked, "--mask-rate", maskRate);
    requireWith("--masked", masked, "--mask-span", maskSpan);
    requireWith("--dropout", dropout, "--dropout-shape", dropoutShape);
    return new ObjectiveConfig(
        Objects.requireNonNullElse(draftWeight, ObjectiveConfig.DEFAULT.draftWeight()),
        Objects.requireNonNullElse(nextPatchWeight, 0.0),
        Optional.ofNullable(masked).map(this::masking),
        Optional.ofNullable(dropout).map(this::dropout));
  }

  private static void requireWith(
      String option, @Nullable Object value, String other, @Nullable Object otherValue) {
    if (otherValue != null && value == null) {
      throw new InvalidInputException(
          "train: %s says nothing without %s; give both".formatted(other, option));
    }
  }

  private MaskingConfig masking(double share) {
    return new MaskingConfig(
        share, Objects.requireNonNullElse(maskRate, 0.2), Objects.requireNonNullElse(maskSpan, 6));
  }

  private DropoutConfig dropout(double rate) {
    return new DropoutConfig(
        Objects.requireNonNullElse(dropoutShape, DropoutConfig.Shape.CONSTANT), rate);
  }
}
