package dev.stlm.serving.cli;

import dev.stlm.serving.log.LogFormat;
import dev.stlm.serving.security.ApiKeys;
import dev.stlm.serving.security.PemFiles;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may ask a server, and what it writes down.
 *
 * @param keys file of API keys; empty: nobody needs one
 * @param openMetrics whether metrics need no key
 * @param tls certificate and key; empty: plain HTTP
 * @param origins origins whose pages may ask, such as {@code https://example.org}, or {@code *}
 * @param hosts names to answer to besides those of the loopback; none: any name, unless the address
 *     is a loopback one
 * @param log how much is logged, and how
 */
public record AccessSettings(
    Optional<Path> keys,
    boolean openMetrics,
    Optional<PemFiles> tls,
    List<String> origins,
    List<String> hosts,
    LogFormat log) {
  private static final Pattern ORIGIN =
      Pattern.compile("\\*|https?://(\\[[0-9a-f:]+]|[a-z0-9.-]+)(:\\d{1,5})?");
  private static final Pattern HOST =
      Pattern.compile("\\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*]?|[a-z0-9_.-]+");
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

  public AccessSettings {
    keys.ifPresent(ApiKeys::read);
    origins = List.copyOf(origins);
    hosts = List.copyOf(hosts);
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new InvalidInputException(
            "serve: --cors '"
                + origin
                + "' is no origin; write scheme, host and port only, in small letters, such as"
                + " https://example.org");
      }
    }
    for (String host : hosts) {
      if (!HOST.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
        throw new InvalidInputException(
            "serve: --allow-host '" + host + "' is no host name; leave out scheme and port");
      }
    }
    if (openMetrics && keys.isEmpty()) {
      throw new InvalidInputException(
          "serve: --open-metrics without --api-keys: everything is open already; leave it out");
    }
  }

  /** What is doubtful about these settings for a server at an address, a sentence each. */
  List<String> warnings(String address) {
    List<String> warnings = new ArrayList<>();
    if (!isLoopback(address) && keys.isEmpty()) {
      warnings.add(
          "--host %s opens the server to the network without API keys; whoever reaches it can use it (--api-keys FILE)"
              .formatted(address));
    }
    keys.filter(ApiKeys::readableByOthers)
        .ifPresent(file -> warnings.add(file + " can be read by anyone here; chmod o-r it"));
    return warnings;
  }

  /**
   * The settings as properties of the server.
   *
   * @param address what it listens on
   * @param port where
   */
  public Map<String, String> properties(String address, int port) {
    Map<String, String> set = new LinkedHashMap<>();
    keys.ifPresent(file -> set.put("stlm.security.keys", file.toAbsolutePath().toString()));
    set.put("stlm.security.open-metrics", Boolean.toString(openMetrics));
    if (!origins.isEmpty()) {
      set.put("stlm.security.cors", String.join(",", origins));
    }
    if (isLoopback(address) || !hosts.isEmpty()) {
      List<String> names = new ArrayList<>(LOOPBACK);
      names.add(address);
      names.addAll(hosts);
      set.put("stlm.security.hosts", String.join(",", names));
    }
    set.put("stlm.log.format", log.name().toLowerCase(Locale.ROOT));
    tls.ifPresent(files -> {
      set.put("quarkus.tls.key-store.pem.0.cert", files.certificate().toAbsolutePath().toString());
      set.put("quarkus.tls.key-store.pem.0.key", files.key().toAbsolutePath().toString());
      // a renewed certificate is taken without a restart
      set.put("quarkus.tls.reload-period", "1H");
      set.put("quarkus.http.insecure-requests", "disabled");
      set.put("quarkus.http.ssl-port", Integer.toString(port));
    });
    return set;
  }

  private static boolean isLoopback(String address) {
    return address.equalsIgnoreCase("localhost")
        || address.startsWith("127.")
        || address.equals("::1")
        || address.equals("[::1]");
  }
}
