package dev.stlm.bench.llamacpp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * llama.cpp in a child process: a Python with the package {@code llama-cpp-python} runs {@code
 * driver.py}, which answers one request after the other. Models stay loaded until it is closed. For
 * one thread.
 */
public final class LlamaCpp implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 400;

  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;
  private final Path errors;
  private final String version;
  private final String system;

  private LlamaCpp(Process process, Path errors, String python) {
    this.process = process;
    this.errors = errors;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
    JsonNode hello;
    try {
      hello = answer();
    } catch (InvalidInputException e) {
      close();
      throw new InvalidInputException(
          python
              + ": "
              + e.getMessage()
              + "; install it with \"CMAKE_ARGS=-DGGML_NATIVE=ON pip install llama-cpp-python\" and"
              + " name that Python by --python or STLM_PYTHON",
          e);
    }
    version = hello.path("version").asText();
    system = hello.path("system").asText();
  }

  /**
   * Starts it.
   *
   * @param python the command of a Python that has llama-cpp-python
   * @throws InvalidInputException if there is none
   */
  public static LlamaCpp start(String python) {
    Path directory;
    Process process;
    Path errors;
    try (InputStream driver = LlamaCpp.class.getResourceAsStream("driver.py")) {
      if (driver == null) {
        throw new IllegalStateException("driver.py is not beside this class");
      }
      directory = Files.createTempDirectory("stlm-llama-cpp");
      Path script = directory.resolve("driver.py");
      Files.copy(driver, script);
      errors = directory.resolve("stderr");
      process =
          new ProcessBuilder(python, "-u", script.toString())
              .redirectError(Redirect.to(errors.toFile()))
              .start();
    } catch (IOException e) {
      throw new InvalidInputException(
          python
              + ": can not be started ("
              + e.getMessage()
              + "); name a Python with llama-cpp-python by --python or STLM_PYTHON",
          e);
    }
    return new LlamaCpp(process, errors, python);
  }

  /** Version of llama-cpp-python. */
  public String version() {
    return version;
  }

  /** What llama.cpp says of itself: the instructions that it was built for. */
  public String system() {
    return system;
  }

  /**
   * Loads a GGUF file.
   *
   * @param name how later requests call it
   * @param context most ids of a text
   * @return number of ids of its vocabulary
   */
  public int load(String name, Path file, int context) {
    return ask("load", Map.of("name", name, "path", file.toString(), "context", context))
        .path("vocabulary")
        .asInt();
  }

  /** Reads ids at once, with the logits after the last. */
  Timing prompt(String name, int threads, int[] ids) {
    return timing(ask("prompt", Map.of("name", name, "threads", threads, "ids", ids)));
  }

  /**
   * Reads ids one by one, with the logits after each.
   *
   * @param after so many first ids are read at once and not timed
   */
  Timing decode(String name, int threads, int[] ids, int after) {
    return timing(
        ask("decode", Map.of("name", name, "threads", threads, "ids", ids, "after", after)));
  }

  /** The logits after each id. */
  float[][] logits(String name, int threads, int[] ids) {
    String floats =
        ask("logits", Map.of("name", name, "threads", threads, "ids", ids)).path("floats").asText();
    byte[] bytes = Base64.getDecoder().decode(floats);
    float[][] rows = new float[ids.length][bytes.length / Float.BYTES / ids.length];
    var values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (float[] row : rows) {
      values.get(row);
    }
    return rows;
  }

  /** The ids that llama.cpp makes of a text, which must be UTF-8. */
  public int[] tokenise(String name, byte[] text) {
    JsonNode ids = tokenised(name, text).path("ids");
    int[] values = new int[ids.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ids.get(i).asInt();
    }
    return values;
  }

  /** The bytes that llama.cpp makes of the ids that it made of a text. */
  public byte[] thereAndBack(String name, byte[] text) {
    return Base64.getDecoder().decode(tokenised(name, text).path("text").asText());
  }

  private JsonNode tokenised(String name, byte[] text) {
    return ask("tokenise", Map.of("name", name, "text", Base64.getEncoder().encodeToString(text)));
  }

  private static Timing timing(JsonNode answer) {
    return new Timing(answer.path("wall").asDouble(), answer.path("cpu").asDouble());
  }

  private JsonNode ask(String operation, Map<String, Object> arguments) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("do", operation);
    request.putAll(arguments);
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.write('\n');
      requests.flush();
    } catch (IOException e) {
      throw ended();
    }
    return answer();
  }

  private JsonNode answer() {
    String line;
    try {
      line = answers.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (line == null) {
      throw ended();
    }
    JsonNode answer;
    try {
      answer = JSON.readTree(line);
    } catch (IOException e) {
      throw new InvalidInputException("llama.cpp's driver answers no JSON", e);
    }
    if (answer.has("error")) {
      throw new InvalidInputException(answer.get("error").asText().replaceAll("\\s+", " "));
    }
    return answer;
  }

  private InvalidInputException ended() {
    String said;
    try {
      said = Files.readString(errors).strip().replaceAll("\\s+", " ");
    } catch (IOException e) {
      said = "";
    }
    int from = Math.max(0, said.length() - SHOWN);
    return new InvalidInputException(
        "the process of llama.cpp ended"
            + (said.isEmpty() ? "" : " and said: " + said.substring(from)));
  }

  @Override
  public void close() {
    try {
      requests.close(); // the driver ends with its input
    } catch (IOException e) {
      // it has ended
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Files.deleteIfExists(errors);
      Files.deleteIfExists(errors.resolveSibling("driver.py"));
      Files.deleteIfExists(errors.resolveSibling(""));
    } catch (IOException e) {
      // left in the folder for temporary files
    }
  }
}
