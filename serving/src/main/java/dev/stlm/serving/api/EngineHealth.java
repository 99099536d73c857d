package dev.stlm.serving.api;

import dev.stlm.serving.engine.Engine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Whether every engine takes requests; says of each model that has none what the trouble is. */
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
    HealthCheckResponseBuilder response = HealthCheckResponse.named("engine");
    boolean up = true;
    for (ServedModel model : serving.models()) {
      Engine engine = model.engine();
      up &= engine.ready();
      engine.trouble().ifPresent(trouble -> response.withData(model.name(), trouble));
    }
    return response.status(up).build();
  }
}
