package dev.stlm.serving;

import dev.stlm.cli.Main;
import dev.stlm.model.runtime.CpuRuntime;
import dev.stlm.serving.api.LoadedModel;
import dev.stlm.serving.cli.KeyCommand;
import dev.stlm.serving.cli.NativeImage;
import dev.stlm.serving.cli.ServeCommand;
import dev.stlm.serving.cli.ServeOptions;
import dev.stlm.serving.cli.ServedDirectory;
import dev.stlm.serving.log.MachineName;
import dev.stlm.tokenizer.InvalidInputException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** The packaged server: the {@code serve} command with something behind it. */
@QuarkusMain
@RegisterForReflection(
    targets = {ServeCommand.class, KeyCommand.class},
    classNames = {
      "dev.stlm.serving.cli.ExecutableOptions",
      "dev.stlm.serving.cli.LifecycleOptions",
      "dev.stlm.serving.cli.AccessOptions",
      "dev.stlm.serving.log.LogFormat",
      "picocli.CommandLine$AutoHelpMixin"
    })
public final class Server implements QuarkusApplication {
  static {
    KnownConfigs.read();
  }

  /** Serves; the arguments are those of {@code stlm serve}. */
  public static void main(String[] args) {
    ServeCommand command = new ServeCommand();
    command.launchWith(Server::start);
    String name = NativeImage.runs() ? "stlm-serve" : "stlm serve";
    System.exit(Main.commandLine(command, name, new KeyCommand()).execute(args));
  }

  private static int start(ServeOptions options) {
    MachineName.set();
    requireFreePort(options);
    configure(options);
    options.models().forEach(m -> LoadedModel.prepare(options.runtime(), m.directory()));
    AtomicInteger code = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Quarkus.run(
        Server.class,
        (exitCode, cause) -> {
          code.set(exitCode);
          failure.set(cause);
        });
    Throwable cause = failure.get();
    if (cause != null) {
      throw userError(cause);
    }
    return code.get();
  }

  @Override
  public int run(String... args) {
    var config = ConfigProvider.getConfig();
    String host = config.getValue("quarkus.http.host", String.class);
    String shown =
        host.equals("0.0.0.0") ? "localhost" : host.contains(":") ? "[" + host + "]" : host;
    boolean tls =
        config
            .getOptionalValue("quarkus.http.insecure-requests", String.class)
            .filter("disabled"::equals)
            .isPresent();
    String url =
        (tls ? "https://" : "http://")
            + shown
            + ":"
            + config.getValue(tls ? "quarkus.http.ssl-port" : "quarkus.http.port", Integer.class);
    PrintStream out = System.out;
    out.println("Serving " + String.join(", ", names(config)) + " at " + url);
    if (config.getValue("stlm.serve.runtime", String.class).equals(CpuRuntime.NAME)) {
      out.println("Kernels: " + CpuRuntime.kernels());
    }
    boolean keys = config.getOptionalValue("stlm.security.keys", String.class).isPresent();
    out.println(
        "Try: curl %s/v1/completions %s-H 'Content-Type: application/json' -d '{\"prompt\": \"Once upon a time\", \"max_tokens\": 100}'"
            .formatted(url, keys ? "-H \"Authorization: Bearer $KEY\" " : ""));
    out.flush();
    Quarkus.waitForExit();
    return 0;
  }

  private static List<String> names(Config config) {
    List<String> names = new ArrayList<>();
    Optional<String> name = config.getOptionalValue("stlm.serve.name", String.class);
    while (name.isPresent()) {
      names.add(name.get());
      String next = "stlm.serve.others[" + (names.size() - 1) + "].name";
      name = config.getOptionalValue(next, String.class);
    }
    return names;
  }

  private static void configure(ServeOptions options) {
    set("quarkus.http.host", options.host());
    set("quarkus.http.port", options.port());
    options.access().properties(options.host(), options.port()).forEach(Server::set);
    // a client that waits for a long answer is not idle
    set("quarkus.http.idle-timeout", options.limits().timeout().toSeconds() + 60 + "S");
    ServedDirectory first = options.models().getFirst();
    set("stlm.serve.model", first.directory());
    set("stlm.serve.name", first.name());
    for (int i = 1; i < options.models().size(); i++) {
      ServedDirectory other = options.models().get(i);
      set("stlm.serve.others[" + (i - 1) + "].model", other.directory());
      set("stlm.serve.others[" + (i - 1) + "].name", other.name());
    }
    set("stlm.serve.runtime", options.runtime());
    set("stlm.serve.max-body", options.maxBodyBytes());
    set("stlm.serve.max-active", options.limits().maxActive());
    set("stlm.serve.max-queue", options.limits().maxQueued());
    set("stlm.serve.max-output", options.limits().maxOutputTokens());
    set("stlm.serve.timeout", options.limits().timeout().toSeconds());
    set("stlm.serve.prefix-cache", options.limits().prefixCacheMegabytes());
    set("stlm.serve.reload", options.lifecycle().reloadSeconds());
    set("stlm.serve.watts-per-core", options.lifecycle().wattsPerCore());
    set("stlm.serve.drain", options.lifecycle().drainSeconds());
    // time to send the last answers
    set("quarkus.shutdown.timeout", options.lifecycle().drainSeconds() + 3 + "S");
    options.chatTemplate().ifPresent(t -> set("stlm.serve.chat-template", t));
    if (options.threads() > 0) {
      set("stlm.threads", options.threads());
    }
  }

  private static void set(String key, Object value) {
    System.setProperty(key, value.toString());
  }

  private static void requireFreePort(ServeOptions options) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(options.host()), options.port()));
    } catch (UnknownHostException e) {
      throw new InvalidInputException(
          "serve: there is no host '"
              + options.host()
              + "'; give an address of this machine with --host",
          e);
    } catch (IOException e) {
      throw cannotListen(options.host(), options.port(), e);
    }
  }

  private static InvalidInputException cannotListen(String host, int port, Throwable cause) {
    return new InvalidInputException(
        "serve: can not listen on %s:%d (%s); stop what uses it, or choose another with --port"
            .formatted(host, port, cause.getMessage()),
        cause);
  }

  private static RuntimeException userError(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof InvalidInputException)) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case InvalidInputException e -> e;
      case java.net.BindException e ->
          new InvalidInputException(
              "serve: can not listen (" + e.getMessage() + "); choose another port with --port", e);
      default -> new IllegalStateException("the server failed", failure);
    };
  }
}
