package dev.stlm.serving.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, started as a user would. */
public final class ServerProcess implements AutoCloseable {
  private static final long MOST_SECONDS = 60;

  private final Process process;
  private final List<String> lines;
  private final Http http;

  private ServerProcess(Process process, List<String> lines, Http http) {
    this.process = process;
    this.lines = lines;
    this.http = http;
  }

  /**
   * Starts a server on a free port and waits until it serves.
   *
   * @param command program and arguments, without the port
   */
  public static ServerProcess start(List<String> command) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--port", "0"));
    Path errors = Files.createTempFile("stlm-server", ".err");
    Process process = new ProcessBuilder(all).redirectError(errors.toFile()).start();
    BufferedReader out = process.inputReader();
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.startsWith("Try: ")) {
        Files.delete(errors);
        String address = lines.getFirst().replaceFirst(".* at ", "");
        return new ServerProcess(process, lines, new Http(address));
      }
    }
    String said = Files.readString(errors);
    Files.delete(errors);
    throw new AssertionError(command + " did not start: " + lines + said);
  }

  /** A client of it. */
  public Http http() {
    return http;
  }

  /** What it said when it started. */
  public List<String> lines() {
    return lines;
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Waits until it has ended, and gives its exit code. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
