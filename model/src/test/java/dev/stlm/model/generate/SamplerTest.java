package dev.stlm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SamplerTest {
  @Provide
  Arbitrary<SamplerConfig> configs() {
    return Combinators.combine(
            Arbitraries.of(0.0, 0.3, 1.0, 2.5),
            Arbitraries.integers().between(0, 12),
            Arbitraries.of(1.0, 0.9, 0.5, 0.05),
            Arbitraries.of(0.0, 0.1, 0.7, 1.0),
            Arbitraries.of(1.0, 1.3, 0.8),
            Arbitraries.longs())
        .as(SamplerConfig::new);
  }

  @Provide
  Arbitrary<float[]> logits() {
    // few different values, so that there are ties, and some that are never drawn
    return Arbitraries.of(-3f, -1f, -0f, 0f, 0.5f, 2f, 2.25f, 7f, Float.NEGATIVE_INFINITY)
        .array(float[].class)
        .ofMinSize(1)
        .ofMaxSize(20)
        .map(l -> {
          l[l.length / 2] = 1f;
          return l;
        });
  }

  @Property
  void drawsAreThoseOfThePlainReference(
      @ForAll("configs") SamplerConfig config, @ForAll("logits") float[] logits) {
    Sampler sampler = new Sampler(config);
    RandomGenerator random = new SplittableRandom(config.seed());
    Random histories = new Random(config.seed());
    float[] before = logits.clone();
    for (int draw = 0; draw < 20; draw++) {
      int[] history = histories.ints(histories.nextInt(100), 0, logits.length).toArray();
      assertThat(sampler.next(logits, history, history.length))
          .isEqualTo(reference(config, logits, history, random));
    }
    assertThat(logits).isEqualTo(before);
  }

  /** The documented steps, one after the other, on lists. */
  private static int reference(
      SamplerConfig c, float[] logits, int[] history, RandomGenerator random) {
    float[] l = logits.clone();
    Arrays.stream(history)
        .skip(Math.max(0, history.length - 64))
        .distinct()
        .forEach(id ->
            l[id] =
                (float)
                    (l[id] > 0 ? l[id] / c.repetitionPenalty() : l[id] * c.repetitionPenalty()));
    List<Integer> ids =
        IntStream.range(0, l.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> -(l[i] + 0f))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    if (c.temperature() == 0) {
      return ids.getFirst();
    }
    double max = l[ids.getFirst()];
    List<Double> p =
        ids.stream()
            .map(i -> Math.exp((l[i] - max) / c.temperature()))
            .collect(Collectors.toList());
    if (c.topK() > 0 && c.topK() < p.size()) {
      p = p.subList(0, c.topK());
    }
    if (c.topP() < 1) {
      double whole = p.stream().mapToDouble(x -> x).sum();
      int n = 0;
      double sum = 0;
      while (sum < c.topP() * whole && n < p.size()) {
        sum += p.get(n++);
      }
      p = p.subList(0, n);
    }
    double least = c.minP() * p.getFirst();
    p = p.stream().filter(x -> x >= least && x > 0).toList();
    double point = random.nextDouble() * p.stream().mapToDouble(x -> x).sum();
    double sum = 0;
    for (int i = 0; i < p.size(); i++) {
      sum += p.get(i);
      if (sum > point) {
        return ids.get(i);
      }
    }
    return ids.get(p.size() - 1);
  }

  @Test
  void frequenciesFollowTheSoftmax() {
    float[] logits = {0f, (float) Math.log(2), (float) Math.log(5), Float.NEGATIVE_INFINITY};
    Sampler sampler = new Sampler(SamplerConfig.plain(3));
    int[] counts = new int[4];
    for (int i = 0; i < 80_000; i++) {
      counts[sampler.next(logits, new int[0], 0)]++;
    }
    // four standard deviations of a count are below 600
    assertThat(counts[0]).isBetween(9_400, 10_600);
    assertThat(counts[1]).isBetween(19_400, 20_600);
    assertThat(counts[2]).isBetween(49_400, 50_600);
    assertThat(counts[3]).isZero();
  }

  @Test
  void theSameSeedDrawsTheSame() {
    float[] logits = new float[100];
    assertThat(draws(new Sampler(SamplerConfig.plain(5)), logits))
        .isEqualTo(draws(new Sampler(SamplerConfig.plain(5)), logits))
        .isNotEqualTo(draws(new Sampler(SamplerConfig.plain(6)), logits));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    for (double bad : new double[] {-1, Double.NaN}) {
      assertThatThrownBy(() -> new SamplerConfig(bad, 0, 1, 0, 1, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("temperature");
      assertThatThrownBy(() -> new SamplerConfig(1, 0, bad, 0, 1, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("top-p");
      assertThatThrownBy(() -> new SamplerConfig(1, 0, 1, bad, 1, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("min-p");
      assertThatThrownBy(() -> new SamplerConfig(1, 0, 1, 0, bad, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("penalty");
    }
    assertThatThrownBy(() -> new SamplerConfig(1, -1, 1, 0, 1, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("top-k");
  }

  private static int[] draws(Sampler sampler, float[] logits) {
    return IntStream.range(0, 50).map(_ -> sampler.next(logits, new int[0], 0)).toArray();
  }
}
