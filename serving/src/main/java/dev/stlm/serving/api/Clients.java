package dev.stlm.serving.api;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Who sends a request, for fair shares: who has a key is known by it, others by their address. */
final class Clients {
  private static final int SHOWN_BYTES = 12;

  private Clients() {}

  /** A name that tells clients apart; holds no key. */
  static String of(HttpServerRequest request) {
    String authorization = request.getHeader("Authorization");
    if (authorization != null) {
      return "key " + digest(authorization);
    }
    return request.remoteAddress() == null
        ? ""
        : "address " + request.remoteAddress().hostAddress();
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
