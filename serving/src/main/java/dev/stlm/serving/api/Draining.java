package dev.stlm.serving.api;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * From the moment in which the process is told to end nothing more is taken, and readiness says so;
 * the framework meanwhile waits for the requests that are under way.
 */
@Singleton
final class Draining {
  private final Thread hook;

  @Inject
  Draining(Serving serving) {
    hook = new Thread(serving::drain, "stlm-drain");
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
