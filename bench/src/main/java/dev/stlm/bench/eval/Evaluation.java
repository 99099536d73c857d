package dev.stlm.bench.eval;

import dev.stlm.bench.results.DocumentRow;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.results.ResultWriter;
import dev.stlm.bench.results.Summary;
import dev.stlm.bench.stats.Estimate;
import dev.stlm.bench.stats.Observation;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.Metric;
import dev.stlm.bench.task.TaskGroup;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores a model on tasks and keeps the results in a directory.
 *
 * <p>What an earlier run in the same directory has answered is not asked again, so a killed run
 * goes on where it was, and a run with a higher limit only adds.
 */
public final class Evaluation {
  private final Tasks tasks;
  private final TaskSettings settings;
  private final Path out;
  private final Listener listener;

  /** Hears how far a run is; called on the threads that answer, one at a time. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** There are {@code open} requests to ask; {@code known} were answered by an earlier run. */
    default void started(long open, long known) {}

    /** {@code done} of the open requests are answered. */
    default void answered(long done) {}
  }

  /**
   * A run.
   *
   * @param tasks all that are installed: says which groups are complete
   * @param out directory of the results, made if it is missing
   */
  public Evaluation(Tasks tasks, TaskSettings settings, Path out, Listener listener) {
    this.tasks = tasks;
    this.settings = settings;
    this.out = out;
    this.listener = listener;
  }

  /**
   * Asks what has not been answered, marks, aggregates and writes.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if data is missing, or if the directory holds
   *     results of another model or other settings
   */
  public ResultSet run(EvalModel model, List<EvalTask> selected) {
    Map<EvalTask, EvalTask.Prepared> prepared = new LinkedHashMap<>();
    selected.forEach(task -> prepared.put(task, task.prepare(settings)));
    String hash = model.facts().hash();
    try (ResultWriter writer = ResultWriter.open(out, hash)) {
      List<PlacedRequest> places = places(prepared, writer);
      List<PlacedRequest> open = places.stream().filter(p -> p.answer == null).toList();
      listener.started(open.size(), places.size() - open.size());
      new Asking(writer, hash, listener, open).ask(model);
      return finish(writer, model, prepared, places);
    }
  }

  private static List<PlacedRequest> places(
      Map<EvalTask, EvalTask.Prepared> prepared, ResultWriter writer) {
    List<PlacedRequest> places = new ArrayList<>();
    prepared.forEach((task, p) -> {
      for (int d = 0; d < p.documents().size(); d++) {
        List<EvalRequest> requests = p.documents().get(d).requests();
        for (int i = 0; i < requests.size(); i++) {
          PlacedRequest place = new PlacedRequest(task, d, i, requests.get(i));
          writer
              .earlier(place.key(), place.sha256, task.version())
              .ifPresent(
                  row -> place.answer = new Answer(row.logLikelihood(), row.greedy(), row.text()));
          places.add(place);
        }
      }
    });
    return places;
  }

  private ResultSet finish(
      ResultWriter writer,
      EvalModel model,
      Map<EvalTask, EvalTask.Prepared> prepared,
      List<PlacedRequest> places) {
    Map<EvalTask, List<List<Answer>>> answers = new LinkedHashMap<>();
    for (PlacedRequest p : places) {
      List<List<Answer>> ofTask = answers.computeIfAbsent(p.task, _ -> new ArrayList<>());
      if (p.index == 0) {
        ofTask.add(new ArrayList<>());
      }
      ofTask.getLast().add(p.answered());
    }
    List<DocumentRow> documents = new ArrayList<>();
    Map<EvalTask, Map<Metric, Estimate>> figures = new LinkedHashMap<>();
    answers.forEach((task, ofTask) -> {
      EvalTask.Prepared p = Objects.requireNonNull(prepared.get(task));
      Map<Metric, List<Observation>> marks = Scoring.mark(task, p, ofTask);
      marks.forEach((metric, list) -> rows(task, metric, list, documents));
      figures.put(task, Scoring.aggregate(marks, Scoring.BOOTSTRAP_ITERATIONS));
    });
    List<Summary.Score> scores = new ArrayList<>(groups(figures));
    figures.forEach((task, map) -> scores.add(score(task, prepared, map)));
    Summary summary = new Summary(Summary.FORMAT, version(), model.facts(), scores);
    return writer.finish(documents, summary);
  }

  private static void rows(
      EvalTask task, Metric metric, List<Observation> marks, List<DocumentRow> rows) {
    for (int d = 0; d < marks.size(); d++) {
      Observation o = marks.get(d);
      rows.add(new DocumentRow(task.name(), metric.name(), d, o.value(), o.weight()));
    }
  }

  /** The groups of which every task was scored. */
  private List<Summary.Score> groups(Map<EvalTask, Map<Metric, Estimate>> figures) {
    Set<String> names = new LinkedHashSet<>();
    figures.keySet().forEach(task -> task.group().ifPresent(names::add));
    List<Summary.Score> scores = new ArrayList<>();
    for (String name : names) {
      Optional<TaskGroup> group = tasks.group(name);
      List<Map<Metric, Estimate>> leaves = new ArrayList<>();
      figures.forEach((task, map) -> {
        if (task.group().equals(Optional.of(name))) {
          leaves.add(map);
        }
      });
      if (group.isPresent() && leaves.size() == tasks.select(List.of(name)).size()) {
        scores.add(
            new Summary.Score(
                name,
                "",
                leaves.size(),
                0,
                0,
                settings.seed(),
                "",
                figures(Scoring.pool(group.get(), leaves))));
      }
    }
    return scores;
  }

  private Summary.Score score(
      EvalTask task, Map<EvalTask, EvalTask.Prepared> prepared, Map<Metric, Estimate> figures) {
    EvalTask.Prepared p = Objects.requireNonNull(prepared.get(task));
    return new Summary.Score(
        task.name(),
        task.group().orElse(""),
        1,
        task.version(),
        p.fewShot(),
        settings.seed(),
        p.dataHash(),
        figures(figures));
  }

  private static List<Summary.Figure> figures(Map<Metric, Estimate> estimates) {
    List<Summary.Figure> figures = new ArrayList<>();
    estimates.forEach((m, e) ->
        figures.add(
            new Summary.Figure(
                m.name(),
                finite(e.value()),
                e.standardError().isPresent() ? finite(e.standardError().getAsDouble()) : null,
                e.count(),
                m.higherIsBetter())));
    return figures;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static String version() {
    String version = Evaluation.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }
}
