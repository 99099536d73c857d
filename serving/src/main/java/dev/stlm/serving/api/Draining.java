package dev.stlm.serving.api;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * From the moment in which the process is told to end nothing more is taken, and readiness says so.
 * What is under way is finished, or told that it will not be when the time is up; the framework
 * meanwhile waits, a little longer, for the last answer to be sent.
 */
@Singleton
final class Draining {
  private final Thread hook;

  @Inject
  Draining(Serving serving, ServeConfig config) {
    Duration most = Duration.ofSeconds(config.drain());
    hook =
        new Thread(
            () -> {
              serving.drain();
              serving.finish(most);
            },
            "stlm-drain");
  }

  void start(@Observes StartupEvent event) {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void stop(@Observes ShutdownEvent event) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending: the hook has done its work
    }
  }
}
