package dev.stlm.bench.demo;

import dev.stlm.bench.report.Plot;
import dev.stlm.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/** Remembers the training loss of a run over the bytes read, averaged over a few steps. */
final class LossCurve implements TrainingListener {
  private static final int STEPS_A_POINT = 5;

  private final String name;
  private final List<Double> megabytes = new ArrayList<>();
  private final List<Double> bitsPerByte = new ArrayList<>();
  private double sum;
  private int count;

  LossCurve(String name) {
    this.name = name;
  }

  @Override
  public void stepped(StepMetrics m) {
    if (!Double.isFinite(m.trainBitsPerByte())) {
      return;
    }
    sum += m.trainBitsPerByte();
    if (++count == STEPS_A_POINT) {
      megabytes.add(m.bytes() / 1e6);
      bitsPerByte.add(sum / count);
      sum = 0;
      count = 0;
    }
  }

  Plot.Curve curve() {
    return new Plot.Curve(name, megabytes, bitsPerByte);
  }
}
