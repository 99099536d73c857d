package dev.stlm.serving.cli;

import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server is started with.
 *
 * @param models at least one, of different names; the first is for requests that name none
 * @param runtime name of the runtime, such as "cpu"
 * @param host address or host name to listen on
 * @param port TCP port, 0 for a free one
 * @param threads compute threads, 0 for the runtime's choice
 * @param maxBodyBytes largest accepted request body
 * @param chatTemplate "text", "special", or the path of a template file; empty: what the checkpoint
 *     has in {@code chat.json}, else "text"
 * @param limits limits of each model's engine
 * @param lifecycle how it goes on, ends, and counts
 * @param access who may ask, and what is written down
 */
public record ServeOptions(
    List<ServedDirectory> models,
    String runtime,
    String host,
    int port,
    int threads,
    int maxBodyBytes,
    Optional<String> chatTemplate,
    EngineLimits limits,
    Lifecycle lifecycle,
    AccessSettings access) {

  /** Default of {@code --port}. */
  public static final String PORT = "8080";

  /** Default of {@code --max-body}. */
  public static final String MAX_BODY = "1048576";

  /** Default of {@code --reload}. */
  public static final String RELOAD_SECONDS = "0";

  /** Default of {@code --drain}. */
  public static final String DRAIN_SECONDS = "10";

  /** Default of {@code --watts-per-core}. */
  public static final String WATTS_PER_CORE = "0";

  /**
   * How a server goes on, ends, and counts.
   *
   * @param reloadSeconds between two looks at the files of the models; 0 for none
   * @param drainSeconds most seconds in which requests under way may finish at the end
   * @param wattsPerCore that a busy core takes; 0 for no estimate of energy
   */
  public record Lifecycle(int reloadSeconds, int drainSeconds, double wattsPerCore) {
    public Lifecycle {
      LifecycleOptions.range("--reload", reloadSeconds, 0, 86_400);
      LifecycleOptions.range("--drain", drainSeconds, 0, 3600);
      LifecycleOptions.range("--watts-per-core", wattsPerCore, 0, 10_000);
    }
  }

  public ServeOptions {
    models = List.copyOf(models);
    Set<String> names = new HashSet<>();
    for (ServedDirectory model : models) {
      if (!names.add(model.name())) {
        throw new InvalidInputException(
            "serve: two models have the name '%s'; name them, as in first=%s"
                .formatted(model.name(), model.directory()));
      }
    }
    if (port < 0 || port > 65535) {
      throw new InvalidInputException("serve: --port " + port + " is not between 0 and 65535");
    }
    if (threads < 0 || threads > 1024) {
      throw new InvalidInputException("serve: --threads " + threads + " is not between 0 and 1024");
    }
    if (maxBodyBytes < 1024 || maxBodyBytes > 1 << 28) {
      throw new InvalidInputException(
          "serve: --max-body " + maxBodyBytes + " is not between 1024 and " + (1 << 28) + " bytes");
    }
    if (models.isEmpty()) {
      throw new InvalidInputException("serve: give the directory of a checkpoint");
    }
  }
}
