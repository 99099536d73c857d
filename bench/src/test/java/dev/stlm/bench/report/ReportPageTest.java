package dev.stlm.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.bench.eval.Crc32Model;
import dev.stlm.bench.eval.Evaluation;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  private static final Tasks TASKS = Tasks.installed();
  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\u0000\u2028";

  @TempDir private Path dir;

  private ResultSet run(String name) throws Exception {
    Path text = Files.writeString(dir.resolve("text.txt"), "Some text. ".repeat(2000));
    TaskSettings settings = TaskSettings.defaults().withLimit(10).withText(text);
    try (Crc32Model model = new Crc32Model(name)) {
      return new Evaluation(TASKS, settings, dir.resolve(name), Evaluation.Listener.NONE)
          .run(model, TASKS.select(List.of("bits_per_byte", "blimp", "winogrande")));
    }
  }

  @Test
  void aComparisonShowsEveryFigureWithItsErrorAndPlotsWithTablesBesideThem() throws Exception {
    List<ResultSet> runs = List.of(run("one"), run("two"));
    String html = new ReportPage("A & B").comparison(runs).html();
    assertThat(html).contains("A &amp; B").contains("blimp acc").contains("McNemar p");
    String scores = new TextReport(runs).text();
    assertThat(scores.lines().skip(1).limit(2))
        .allSatisfy(row -> assertThat(row).matches(".*(\\d\\.\\d{4} ± \\d\\.\\d{4}.*){3}"));
    long plots = Pattern.compile("class=\"plot\"").matcher(html).results().count();
    long described =
        Pattern.compile("aria-describedby=\"(t\\d+)\"")
            .matcher(html)
            .results()
            .filter(m -> html.contains("<table id=\"" + m.group(1) + "\""))
            .count();
    assertThat(plots).isEqualTo(2).isEqualTo(described);
  }

  @Test
  void thePageAsksTheNetworkForNothing() throws Exception {
    String html = new ReportPage("t").comparison(List.of(run("one"))).html();
    assertThat(html)
        .contains("default-src 'none'")
        .doesNotContainPattern("(src|href)\\s*=\\s*[\"']?https?:")
        .doesNotContain("@import")
        .doesNotContainPattern("url\\(")
        .contains("uPlot")
        .contains("The MIT License");
  }

  @Test
  void nothingThatModelsOrFilesSayBecomesMarkup() {
    String html =
        new ReportPage(HOSTILE)
            .section(HOSTILE)
            .paragraph(HOSTILE)
            .table(new Table(HOSTILE, List.of(HOSTILE), List.of(List.of(HOSTILE))))
            .sample(HOSTILE, HOSTILE, HOSTILE)
            .plot(
                new Plot.Lines(
                    HOSTILE,
                    HOSTILE,
                    HOSTILE,
                    false,
                    List.of(new Plot.Curve(HOSTILE, List.of(1.0, 2.0), List.of(3.0, 4.0)))))
            .plot(
                new Plot.Scatter(
                    HOSTILE, HOSTILE, HOSTILE, List.of(new Plot.Mark(HOSTILE, 1, 2, 0))))
            .plot(
                new Plot.ErrorBars(
                    HOSTILE,
                    HOSTILE,
                    List.of(HOSTILE),
                    List.of(
                        new Plot.Bars(
                            HOSTILE,
                            Collections.singletonList(null),
                            Collections.singletonList(null)))))
            .html();
    assertThat(html).doesNotContain("<img").doesNotContain("\u0000");
    assertThat(Pattern.compile("</script>").matcher(html).results().count())
        .isEqualTo(Pattern.compile("<script[ >]").matcher(html).results().count());
  }

  @Property
  void escapedTextHasNoMarkupAndNoHalfCharacters(@ForAll String text) {
    String escaped = Html.escape(text);
    assertThat(escaped).doesNotContain("<").doesNotContain(">").doesNotContain("\"");
    assertThat(escaped.codePoints()).noneMatch(c -> c >= 0xD800 && c < 0xE000);
  }

  @Test
  void aLongCurveIsThinnedInItsTableButKeepsItsEnds() {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      x.add((double) i);
      y.add(1.0 / (i + 1));
    }
    Table table =
        PlotTables.of(
            new Plot.Lines("loss", "step", "loss", false, List.of(new Plot.Curve("a", x, y))));
    assertThat(table.rows()).hasSize(PlotTables.MAX_ROWS);
    assertThat(table.rows().getFirst()).containsExactly("0", "1");
    assertThat(table.rows().getLast()).containsExactly("999", "0.001000");
  }

  @Test
  void numbersOfATableHaveFourDigitsOrAreWhole() {
    assertThat(List.of(6.5, 6.75, 0.1, 123.456, 98765.4321, 12.0, -0.00012345))
        .extracting(PlotTables::number)
        .containsExactly("6.500", "6.750", "0.1000", "123.5", "98770", "12", "-0.0001234");
  }

  @Test
  void curvesOverDifferentPointsShareOneTable() {
    Table table =
        PlotTables.of(
            new Plot.Lines(
                "t",
                "x",
                "y",
                false,
                List.of(
                    new Plot.Curve("a", List.of(1.0, 2.0), List.of(5.0, 6.0)),
                    new Plot.Curve("b", List.of(2.0, 3.0), List.of(7.0, 8.0)))));
    assertThat(table.rows())
        .containsExactly(List.of("1", "5", "–"), List.of("2", "6", "7"), List.of("3", "–", "8"));
  }

  @Test
  void aCurveWithoutAValueForEveryPointIsRefused() {
    List<Double> two = List.of(1.0, 2.0);
    List<Double> one = List.of(1.0);
    assertThatThrownBy(() -> new Plot.Curve("a", two, one))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoModelsOfOneNameAreToldApartByTheirDirectories() throws Exception {
    String text = new TextReport(List.of(run("one"), run("two"))).text();
    assertThat(text).contains("/one)").contains("/two)");
  }
}
