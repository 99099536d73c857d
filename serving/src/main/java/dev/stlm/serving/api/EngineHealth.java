package dev.stlm.serving.api;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Whether the engine's thread lives and takes requests. */
@Liveness
@Readiness
@Singleton
final class EngineHealth implements HealthCheck {
  private final Serving serving;

  @Inject
  EngineHealth(Serving serving) {
    this.serving = serving;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("engine").status(serving.engine().ready()).build();
  }
}
