package dev.stlm.serving.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings {@code stlm.security.*}, which the command line sets. */
@ConfigMapping(prefix = "stlm.security")
public interface SecurityConfig {
  /** File of API keys; absent: nobody needs one. */
  Optional<Path> keys();

  /** Whether metrics need no key. */
  @WithDefault("false")
  boolean openMetrics();

  /** Origins whose pages may ask; absent: none but the server's own. */
  Optional<List<String>> cors();

  /** Names by which the server may be asked; absent: any. */
  Optional<List<String>> hosts();
}
