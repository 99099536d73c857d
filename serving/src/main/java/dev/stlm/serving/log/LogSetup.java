package dev.stlm.serving.log;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtHandler;

/** Makes the handlers of the log write JSON, if that is wished. */
@Singleton
final class LogSetup {
  private final LogConfig config;

  @Inject
  LogSetup(LogConfig config) {
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    if (config.format() == LogFormat.JSON) {
      Logger root = LogManager.getLogManager().getLogger("");
      for (Handler handler : root.getHandlers()) {
        writeJson(handler);
      }
    }
  }

  private static void writeJson(Handler handler) {
    handler.setFormatter(new JsonLines());
    if (handler instanceof ExtHandler outer) {
      for (Handler inner : outer.getHandlers()) {
        writeJson(inner);
      }
    }
  }
}
