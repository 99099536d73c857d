package dev.stlm.serving.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The settings {@code stlm.log.*}, which the command line sets. */
@ConfigMapping(prefix = "stlm.log")
public interface LogConfig {
  @WithDefault("quiet")
  LogFormat format();
}
