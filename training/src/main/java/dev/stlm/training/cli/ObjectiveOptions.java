package dev.stlm.training.cli;

import dev.stlm.training.config.ObjectiveConfig;
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

  ObjectiveConfig objective() {
    return new ObjectiveConfig(
        draftWeight != null ? draftWeight : ObjectiveConfig.DEFAULT.draftWeight());
  }
}
