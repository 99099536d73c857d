package dev.stlm.bench.results;

import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  /**
   * Writes marks and figures; the run is finished. Those of tasks that an earlier run in this
   * directory scored and this one did not are kept.
   */
  public ResultSet finish(List<DocumentRow> documents, Summary summary) {
    log.flush();
    List<DocumentRow> allDocuments = new ArrayList<>(documents);
    List<Summary.Score> allScores = new ArrayList<>(summary.scores());
    if (Files.exists(directory.resolve(ResultSet.SUMMARY))) {
      keepOthers(ResultSet.open(directory), allDocuments, allScores);
    }
    Path target = directory.resolve(ResultSet.DOCUMENTS);
    Path temporary = directory.resolve(ResultSet.DOCUMENTS + ".tmp");
    try {
      Files.deleteIfExists(temporary);
      try (ArrowLog<DocumentRow> rows = ArrowLog.open(temporary, RowFormat.DOCUMENTS, _ -> {})) {
        allDocuments.forEach(rows::add);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StrictJson.write(
        directory.resolve(ResultSet.SUMMARY),
        new Summary(summary.format(), summary.stlm(), summary.model(), allScores));
    return ResultSet.open(directory);
  }

  private void keepOthers(
      ResultSet before, List<DocumentRow> documents, List<Summary.Score> scores) {
    Set<String> scored = new HashSet<>();
    scores.forEach(s -> scored.add(s.name()));
    // a group with a task that was scored anew is no longer what it was
    Set<String> stale = new HashSet<>();
    scores.forEach(s -> stale.add(s.group()));
    before.summary().scores().stream()
        .filter(s -> !scored.contains(s.name()) && !stale.contains(s.name()))
        .forEach(scores::add);
    if (Files.exists(directory.resolve(ResultSet.DOCUMENTS))) {
      ArrowRows.read(
          directory.resolve(ResultSet.DOCUMENTS),
          RowFormat.DOCUMENTS,
          row -> {
            if (!scored.contains(row.task())) {
              documents.add(row);
            }
          });
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
