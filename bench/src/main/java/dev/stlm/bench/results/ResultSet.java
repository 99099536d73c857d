package dev.stlm.bench.results;

import dev.stlm.bench.stats.Observation;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory with the results of one finished run. Immutable; rows are read when asked for. */
public final class ResultSet {
  static final String ANSWERS = "answers.arrows";
  static final String DOCUMENTS = "documents.arrows";
  static final String SUMMARY = "summary.json";

  private final Path directory;
  private final Summary summary;

  private ResultSet(Path directory, Summary summary) {
    this.directory = directory;
    this.summary = summary;
  }

  /**
   * Opens results.
   *
   * @throws InvalidInputException if there are none, or the run has not been finished
   */
  public static ResultSet open(Path directory) {
    Path file = directory.resolve(SUMMARY);
    if (!Files.exists(file)) {
      throw new InvalidInputException(
          directory
              + (Files.exists(directory.resolve(ANSWERS))
                  ? ": this run was not finished; give the same eval command again to go on"
                  : ": no results here; make some with: stlm eval MODEL --out " + directory));
    }
    return new ResultSet(directory, StrictJson.read(file, Summary.class));
  }

  /** The results in a directory, or in the directories right below it, by name. */
  public static List<ResultSet> openAll(Path directory) {
    if (Files.exists(directory.resolve(ANSWERS)) || !Files.isDirectory(directory)) {
      return List.of(open(directory));
    }
    List<ResultSet> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(directory)) {
      children
          .filter(d -> Files.exists(d.resolve(SUMMARY)))
          .sorted()
          .forEach(d -> found.add(open(d)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.isEmpty() ? List.of(open(directory)) : found;
  }

  /** Where the results are. */
  public Path directory() {
    return directory;
  }

  /** The figures. */
  public Summary summary() {
    return summary;
  }

  /** Every answered request, in the order of answering. */
  public List<AnswerRow> answers() {
    List<AnswerRow> rows = new ArrayList<>();
    ArrowRows.read(directory.resolve(ANSWERS), RowFormat.ANSWERS, rows::add);
    return rows;
  }

  /** Time of every answered request in microseconds, in the order of answering. */
  public long[] latencies() {
    List<Long> micros = new ArrayList<>();
    ArrowRows.read(
        directory.resolve(ANSWERS), RowFormat.ANSWERS, r -> micros.add(r.latencyMicros()));
    return micros.stream().mapToLong(m -> m).toArray();
  }

  /** Per-document marks: by task and metric, then by document. */
  public Map<Measure, Map<Integer, Observation>> documents() {
    Map<Measure, Map<Integer, Observation>> values = new TreeMap<>();
    ArrowRows.read(
        directory.resolve(DOCUMENTS),
        RowFormat.DOCUMENTS,
        r ->
            values
                .computeIfAbsent(new Measure(r.task(), r.metric()), _ -> new TreeMap<>())
                .put(r.document(), new Observation(r.value(), r.weight())));
    return values;
  }

  /** A metric of a task. */
  public record Measure(String task, String metric) implements Comparable<Measure> {
    @Override
    public int compareTo(Measure other) {
      int byTask = task.compareTo(other.task);
      return byTask != 0 ? byTask : metric.compareTo(other.metric);
    }
  }
}
