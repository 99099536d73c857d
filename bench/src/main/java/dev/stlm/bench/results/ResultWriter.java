package dev.stlm.bench.results;

import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the results of one run, and knows what an earlier, broken run has answered already. Not
 * thread-safe.
 */
public final class ResultWriter implements AutoCloseable {
  private final Path directory;
  private final Map<AnswerRow.Key, AnswerRow> earlier = new HashMap<>();
  private final ArrowLog<AnswerRow> log;

  private ResultWriter(Path directory, String modelHash) {
    this.directory = directory;
    this.log =
        ArrowLog.open(
            directory.resolve(ResultSet.ANSWERS),
            RowFormat.ANSWERS,
            row -> {
              if (!row.modelHash().equals(modelHash)) {
                throw new InvalidInputException(
                    "%s: holds answers of model %.12s, this is %.12s; give another --out"
                        .formatted(directory, row.modelHash(), modelHash));
              }
              earlier.putIfAbsent(row.key(), row);
            });
  }

  /**
   * Opens a directory, made if it is missing.
   *
   * @throws InvalidInputException if it holds answers of another model
   */
  public static ResultWriter open(Path directory, String modelHash) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ResultWriter(directory, modelHash);
  }

  /**
   * The answer that an earlier run has for a request.
   *
   * @throws InvalidInputException if the request at this place was another one then: the data, the
   *     task's version or the settings differ
   */
  public Optional<AnswerRow> earlier(AnswerRow.Key key, String requestSha256, int taskVersion) {
    AnswerRow row = earlier.get(key);
    if (row == null) {
      return Optional.empty();
    }
    if (row.taskVersion() != taskVersion || !row.requestSha256().equals(requestSha256)) {
      throw new InvalidInputException(
          ("%s: holds answers to other requests of %s (other --fewshot, seed, text, data or task"
                  + " version); give another --out")
              .formatted(directory, key.task()));
    }
    return Optional.of(row);
  }

  /** Adds an answer; on disk within seconds. */
  public void add(AnswerRow row) {
    log.add(row);
  }

  /** Writes marks and figures; the run is finished. */
  public ResultSet finish(List<DocumentRow> documents, Summary summary) {
    log.flush();
    Path target = directory.resolve(ResultSet.DOCUMENTS);
    Path temporary = directory.resolve(ResultSet.DOCUMENTS + ".tmp");
    try {
      Files.deleteIfExists(temporary);
      try (ArrowLog<DocumentRow> rows = ArrowLog.open(temporary, RowFormat.DOCUMENTS, _ -> {})) {
        documents.forEach(rows::add);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StrictJson.write(directory.resolve(ResultSet.SUMMARY), summary);
    return ResultSet.open(directory);
  }

  @Override
  public void close() {
    log.close();
  }
}
