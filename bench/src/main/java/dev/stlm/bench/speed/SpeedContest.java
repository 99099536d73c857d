package dev.stlm.bench.speed;

import dev.stlm.bench.report.Table;
import dev.stlm.model.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Models that take turns at the same work on the same text. */
public final class SpeedContest {
  /** Turns before those that count: the virtual machine compiles meanwhile. */
  private static final int WARM_UP = 5;

  private final Work work;
  private final List<Competitor> competitors = new ArrayList<>();

  /**
   * A contest.
   *
   * @param models by name, at least one; the first is what the others are compared with
   * @param text what is read, or begins what is written; cut to each model's context
   */
  public SpeedContest(Work work, Map<String, LanguageModel> models, byte[] text) {
    this(work, models, text, 0);
  }

  /**
   * A contest in which each model also runs while other threads are busy.
   *
   * @param models by name, at least one; the first, alone, is what the others are compared with
   * @param text what is read, or begins what is written; cut to each model's context
   * @param busy threads that do other work in every second turn; 0: none, and no such turns
   */
  public SpeedContest(Work work, Map<String, LanguageModel> models, byte[] text, int busy) {
    this.work = work;
    models.forEach((name, model) -> {
      boolean drafts = work == Work.WRITE && model.draftLength() > 0;
      add(Competitor.of(drafts ? name + ", plain" : name, model, false, text), busy);
      if (drafts) {
        add(Competitor.of(name + ", speculating", model, true, text), busy);
      }
    });
  }

  private void add(Competitor competitor, int busy) {
    competitors.add(competitor);
    if (busy > 0) {
      competitors.add(competitor.beside(busy));
    }
  }

  /**
   * One competitor's figures.
   *
   * @param bytesPerSecond over all turns
   * @param ratio to the first competitor, turn by turn
   */
  public record Line(String name, Quartiles bytesPerSecond, Quartiles ratio) {}

  /**
   * Runs the contest.
   *
   * @param turns of each competitor that count, at least 1
   */
  public List<Line> run(int turns) {
    double[][] rates = new double[competitors.size()][turns];
    for (int turn = -WARM_UP; turn < turns; turn++) {
      for (int i = 0; i < rates.length; i++) {
        double rate = competitors.get(i).run(work);
        if (turn >= 0) {
          rates[i][turn] = rate;
        }
      }
    }
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < rates.length; i++) {
      double[] ratios = new double[turns];
      for (int turn = 0; turn < turns; turn++) {
        ratios[turn] = rates[i][turn] / rates[0][turn];
      }
      lines.add(new Line(competitors.get(i).name(), Quartiles.of(rates[i]), Quartiles.of(ratios)));
    }
    return lines;
  }

  /** The figures as a table. */
  public Table table(List<Line> lines, int turns) {
    return new Table(
        work.name().toLowerCase(Locale.ROOT)
            + ": medians (quartiles) of "
            + turns
            + " turns, ratios turn by turn",
        List.of("model", "bytes a second", "ratio to the first"),
        lines.stream().map(SpeedContest::row).toList());
  }

  private static List<String> row(Line line) {
    return List.of(
        line.name(),
        text("%,.0f (%,.0f – %,.0f)", line.bytesPerSecond()),
        text("%.2f (%.2f – %.2f)", line.ratio()));
  }

  private static String text(String pattern, Quartiles q) {
    return String.format(Locale.ROOT, pattern, q.median(), q.low(), q.high());
  }
}
