package dev.stlm.serving.cli;

import dev.stlm.tokenizer.InvalidInputException;
import picocli.CommandLine.Option;

/** The options of {@code serve} that say how it goes on, ends, and counts. */
final class LifecycleOptions {
  @Option(
      names = "--reload",
      paramLabel = "SECONDS",
      defaultValue = ServeOptions.RELOAD_SECONDS,
      description = {
        "How often to look whether the files of a model have changed, to load it anew; 0: never.",
        "The signal SIGHUP loads all models anew at any time."
      })
  private int reload;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = ServeOptions.DRAIN_SECONDS,
      description = "Time for requests under way to finish when the server is told to end.")
  private int drain;

  @Option(
      names = "--watts-per-core",
      paramLabel = "WATTS",
      defaultValue = ServeOptions.WATTS_PER_CORE,
      description = "Watts of a busy core, for an estimate of energy among the metrics; 0: none.")
  private double watts;

  ServeOptions.Lifecycle checked() {
    return new ServeOptions.Lifecycle(reload, drain, watts);
  }

  static void range(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new InvalidInputException(
          "serve: %s %s is not between %s and %s"
              .formatted(name, shown(value), shown(least), shown(most)));
    }
  }

  private static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
