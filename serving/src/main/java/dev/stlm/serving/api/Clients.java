package dev.stlm.serving.api;

import dev.stlm.serving.log.RequestNotes;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, for fair shares: who has a key of this server is known by it, others by
 * their address.
 */
final class Clients {
  private Clients() {}

  /** A name that tells clients apart; holds no key. A key that nobody checks tells nothing. */
  static String of(RoutingContext c) {
    String holder = RequestNotes.of(c).key();
    return holder != null ? "key " + holder : "address " + host(c.request().remoteAddress());
  }

  private static @Nullable String host(@Nullable SocketAddress address) {
    return address == null ? null : address.hostAddress();
  }
}
