package dev.stlm.bench.report;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plot of a page. The page shows the numbers in a table as well. Values are finite. */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "kind")
public sealed interface Plot {
  /** What it shows. */
  String title();

  /**
   * Curves over one axis.
   *
   * @param xLabel what x is, and its unit
   * @param yLabel what y is, and its unit
   * @param logarithmic whether x is on a logarithmic axis
   */
  record Lines(String title, String xLabel, String yLabel, boolean logarithmic, List<Curve> curves)
      implements Plot {
    public Lines {
      curves = List.copyOf(curves);
    }
  }

  /**
   * A curve.
   *
   * @param x ascending
   * @param y one a x
   */
  record Curve(String name, List<Double> x, List<Double> y) {
    public Curve {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.size() != y.size()) {
        throw new IllegalArgumentException(x.size() + " x and " + y.size() + " y in " + name);
      }
    }
  }

  /** Named points. */
  record Scatter(String title, String xLabel, String yLabel, List<Mark> marks) implements Plot {
    public Scatter {
      marks = List.copyOf(marks);
    }
  }

  /**
   * A point.
   *
   * @param error half the length of its error bar; 0 for none
   */
  record Mark(String name, double x, double y, double error) {}

  /**
   * Figures of several models on several tasks.
   *
   * @param groups names of the tasks
   */
  record ErrorBars(String title, String yLabel, List<String> groups, List<Bars> series)
      implements Plot {
    public ErrorBars {
      groups = List.copyOf(groups);
      series = List.copyOf(series);
    }
  }

  /**
   * The figures of a model.
   *
   * @param values one a group; null where the model was not scored
   * @param errors one standard error a group; null where there is none
   */
  record Bars(String name, List<@Nullable Double> values, List<@Nullable Double> errors) {}
}
