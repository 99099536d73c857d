package dev.stlm.serving.cli;

import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server is started with.
 *
 * @param model checkpoint directory
 * @param name name of the model in the API
 * @param runtime name of the runtime, such as "cpu"
 * @param host address or host name to listen on
 * @param port TCP port, 0 for a free one
 * @param threads compute threads, 0 for the runtime's choice
 * @param maxBodyBytes largest accepted request body
 * @param chatTemplate "text", "special", or the path of a template file; empty: what the checkpoint
 *     has in {@code chat.json}, else "text"
 * @param limits limits of the engine
 * @param access who may ask, and what is written down
 */
public record ServeOptions(
    Path model,
    String name,
    String runtime,
    String host,
    int port,
    int threads,
    int maxBodyBytes,
    Optional<String> chatTemplate,
    EngineLimits limits,
    AccessSettings access) {

  /** Default of {@code --port}. */
  public static final String PORT = "8080";

  /** Default of {@code --max-body}. */
  public static final String MAX_BODY = "1048576";

  public ServeOptions {
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
    if (name.isBlank()) {
      throw new InvalidInputException("serve: --name must not be empty");
    }
  }
}
