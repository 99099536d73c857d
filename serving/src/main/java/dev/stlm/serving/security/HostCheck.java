package dev.stlm.serving.security;

import io.vertx.core.Handler;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers only who asks by a known name. A site that points a name of its own at this machine (DNS
 * rebinding) would otherwise let its page read from the server as from itself. Ports do not count,
 * so that forwarded ones work; health may be asked by any name, as orchestrators do.
 */
final class HostCheck implements Handler<RoutingContext> {
  private final Set<String> names;

  HostCheck(Collection<String> names) {
    this.names =
        names.stream()
            .map(n -> plain(n.toLowerCase(Locale.ROOT)))
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void handle(RoutingContext c) {
    if (allowed(c.request().authority()) || KeyCheck.isHealth(c.normalizedPath())) {
      c.next();
    } else {
      new Refusal(
              403,
              "host_not_allowed",
              "this server does not answer to that host name; start it with --allow-host NAME")
          .send(c);
    }
  }

  private boolean allowed(@Nullable HostAndPort asked) {
    return asked != null && names.contains(plain(asked.host().toLowerCase(Locale.ROOT)));
  }

  private static String plain(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
