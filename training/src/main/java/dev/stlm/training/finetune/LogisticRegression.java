package dev.stlm.training.finetune;

import java.util.List;

/**
 * Multinomial logistic regression with a quadratic penalty, by full-batch steps of Adam (Kingma and
 * Ba 2015) on features scaled to mean 0 and deviation 1. Deterministic.
 */
final class LogisticRegression {
  private static final int STEPS = 400;
  private static final double RATE = 0.05;
  private static final double PENALTY = 1e-3;

  private final int classes;
  private final int width;
  private final double[][] weights; // [classes][width + 1], the bias last, of scaled features

  private LogisticRegression(int classes, int width) {
    this.classes = classes;
    this.width = width;
    this.weights = new double[classes][width + 1];
  }

  /**
   * Fits a model and gives its weights for features as they are: {@code [classes][width + 1]}, the
   * bias last.
   *
   * @param features at least one row
   * @param labels one a row, from 0
   */
  static double[][] fit(List<float[]> features, int[] labels, int classes) {
    int width = features.getFirst().length;
    double[] mean = new double[width];
    double[] scale = new double[width];
    for (float[] row : features) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / (double) features.size();
      }
    }
    for (float[] row : features) {
      for (int i = 0; i < width; i++) {
        scale[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / features.size();
      }
    }
    for (int i = 0; i < width; i++) {
      scale[i] = scale[i] > 0 ? 1 / Math.sqrt(scale[i]) : 0;
    }
    float[][] scaled = new float[features.size()][width];
    for (int n = 0; n < scaled.length; n++) {
      for (int i = 0; i < width; i++) {
        scaled[n][i] = (float) ((features.get(n)[i] - mean[i]) * scale[i]);
      }
    }
    LogisticRegression model = new LogisticRegression(classes, width);
    model.descend(scaled, labels);
    for (double[] w : model.weights) {
      for (int i = 0; i < width; i++) {
        w[i] *= scale[i];
        w[width] -= w[i] * mean[i];
      }
    }
    return model.weights;
  }

  private void descend(float[][] rows, int[] labels) {
    double[][] first = new double[classes][width + 1];
    double[][] second = new double[classes][width + 1];
    for (int step = 1; step <= STEPS; step++) {
      double[][] gradient = gradient(rows, labels);
      double rate = RATE * (1 - (step - 1) / (double) STEPS);
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i <= width; i++) {
          double g = gradient[c][i];
          first[c][i] = 0.9 * first[c][i] + 0.1 * g;
          second[c][i] = 0.999 * second[c][i] + 0.001 * g * g;
          double m = first[c][i] / (1 - Math.pow(0.9, step));
          double v = second[c][i] / (1 - Math.pow(0.999, step));
          weights[c][i] -= rate * m / (Math.sqrt(v) + 1e-12);
        }
      }
    }
  }

  private double[][] gradient(float[][] rows, int[] labels) {
    double[][] gradient = new double[classes][width + 1];
    for (int n = 0; n < rows.length; n++) {
      double[] p = probabilities(weights, rows[n]);
      p[labels[n]] -= 1;
      for (int c = 0; c < classes; c++) {
        double error = p[c] / rows.length;
        for (int i = 0; i < width; i++) {
          gradient[c][i] += error * rows[n][i];
        }
        gradient[c][width] += error;
      }
    }
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < width; i++) {
        gradient[c][i] += PENALTY * weights[c][i];
      }
    }
    return gradient;
  }

  /** Probabilities of the classes from weights with the bias last. */
  static double[] probabilities(double[][] weights, float[] row) {
    double[] p = new double[weights.length];
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < p.length; c++) {
      p[c] = weights[c][row.length];
      for (int i = 0; i < row.length; i++) {
        p[c] += weights[c][i] * row[i];
      }
      max = Math.max(max, p[c]);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }
}
