package dev.stlm.serving.api;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Whether no engine has failed in a way that only a restart mends. */
@Liveness
@Singleton
final class EngineLiveness implements HealthCheck {
  private final Serving serving;

  @Inject
  EngineLiveness(Serving serving) {
    this.serving = serving;
  }

  @Override
  public HealthCheckResponse call() {
    boolean up = serving.models().stream().allMatch(model -> model.engine().live());
    return HealthCheckResponse.named("engine").status(up).build();
  }
}
