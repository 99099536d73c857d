package dev.stlm.serving.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Puts the checks in front of every route, in the order of their priorities. */
@Singleton
final class SecurityFilters {
  private static final int HEADERS = 900;
  private static final int HOST = 890;
  private static final int CROSS_ORIGIN = 880;
  private static final int KEYS = 870;

  private final SecurityConfig config;

  @Inject
  SecurityFilters(SecurityConfig config) {
    this.config = config;
  }

  void register(@Observes Filters filters) {
    filters.register(new BrowserHeaders(), HEADERS);
    config.hosts().ifPresent(names -> filters.register(new HostCheck(names), HOST));
    config.cors().ifPresent(origins -> filters.register(new CrossOrigin(origins), CROSS_ORIGIN));
    config
        .keys()
        .ifPresent(file ->
            filters.register(
                new KeyCheck(new KeyFile(file, System::nanoTime), config.openMetrics()), KEYS));
  }
}
