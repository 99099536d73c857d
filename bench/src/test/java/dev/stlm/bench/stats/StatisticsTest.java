package dev.stlm.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static void close(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(Math.abs(expected) * 1e-9 + 1e-300));
  }

  @Test
  void meanAndItsErrorEqualTheHarness() {
    for (JsonNode c : Goldens.unit("mean_stderr")) {
      double[] values = Goldens.numbers(c.get("values"));
      close(Moments.mean(values), c.get("mean").asDouble());
      close(Moments.standardDeviation(values), c.get("sample_stddev").asDouble());
      close(Moments.standardError(values), c.get("stderr").asDouble());
    }
    for (JsonNode c : Goldens.unit("mean_stderr_binary")) {
      double[] values = new double[c.get("n").asInt()];
      Arrays.fill(values, 0, c.get("ones").asInt(), 1.0);
      close(Moments.mean(values), c.get("mean").asDouble());
      close(Moments.standardError(values), c.get("stderr").asDouble());
    }
  }

  @Test
  void oneDocumentHasNoError() {
    Estimate one = Aggregation.MEAN.of(List.of(Observation.of(true)), 100);
    assertThat(one.value()).isEqualTo(1);
    assertThat(one.standardError()).isEmpty();
  }

  @Test
  void weightedFiguresEqualTheHarness() {
    for (JsonNode c : Goldens.unit("weighted")) {
      List<Observation> items =
          Goldens.list(
              c.get("items"), i -> new Observation(i.get(0).asDouble(), i.get(1).asDouble()));
      Estimate perplexity = Aggregation.WEIGHTED_PERPLEXITY.of(items, 1000);
      close(perplexity.value(), c.get("weighted_perplexity").asDouble());
      assertThat(perplexity.standardError()).isEmpty();
      close(Aggregation.BITS_PER_BYTE.of(items, 0).value(), c.get("bits_per_byte").asDouble());
      close(
          Aggregation.BLOCK_BITS_PER_BYTE.of(items, 0).value(), c.get("bits_per_byte").asDouble());
    }
  }

  @Test
  void bootstrapErrorsEqualTheHarness() {
    for (JsonNode c : Goldens.unit("bootstrap_perplexity")) {
      List<Observation> items = Goldens.list(c.get("items"), i -> Observation.of(i.asDouble()));
      Estimate estimate = Aggregation.PERPLEXITY.of(items, c.get("iterations").asInt());
      close(estimate.value(), c.get("perplexity").asDouble());
      close(estimate.standardError().orElseThrow(), c.get("stderr").asDouble());
    }
  }

  @Test
  void groupsPoolAsTheHarnessDoes() {
    for (JsonNode c : Goldens.unit("pooled_stderr")) {
      double[] errors = Goldens.numbers(c.get("stderrs"));
      int[] sizes = Goldens.ints(c.get("sizes"));
      List<Estimate> leaves = new ArrayList<>();
      for (int i = 0; i < errors.length; i++) {
        leaves.add(Estimate.of(0.5, errors[i], sizes[i]));
      }
      Estimate pooled = Pooling.pool(leaves, false);
      close(pooled.standardError().orElseThrow(), c.get("value").asDouble());
      leaves.add(Estimate.exact(0.5, 10));
      assertThat(Pooling.pool(leaves, false).standardError()).isEmpty();
    }
    for (JsonNode c : Goldens.unit("aggregate_subtasks")) {
      double[] values = Goldens.numbers(c.get("values"));
      int[] sizes = Goldens.ints(c.get("sizes"));
      List<Estimate> leaves = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        leaves.add(Estimate.exact(values[i], sizes[i]));
      }
      close(Pooling.pool(leaves, true).value(), c.get("weighted").asDouble());
      close(Pooling.pool(leaves, false).value(), c.get("unweighted").asDouble());
    }
  }

  @Test
  void fourDecimalsRoundAsPythonDoes() {
    for (JsonNode c : Goldens.unit("format_4_decimals")) {
      assertThat(Decimals.fixed(Double.parseDouble(c.get(0).asText() + ""), 4))
          .isEqualTo(c.get(2).asText());
    }
  }

  @Test
  void theErrorOverBlocksIsTheSpreadOfBlockMeansWhenBlocksAreEqual() {
    Random random = new Random(7);
    List<Observation> blocks = new ArrayList<>();
    double[] bits = new double[40];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = 2 + random.nextGaussian() / 10;
      blocks.add(new Observation(-bits[i] * Math.log(2) * 4096, 4096));
    }
    Estimate estimate = Aggregation.BLOCK_BITS_PER_BYTE.of(blocks, 0);
    assertThat(estimate.value()).isCloseTo(Moments.mean(bits), within(1e-12));
    assertThat(estimate.standardError().orElseThrow())
        .isCloseTo(Moments.standardError(bits), within(1e-12));
    assertThat(Aggregation.BLOCK_BITS_PER_BYTE.of(blocks.subList(0, 1), 0).standardError())
        .isEqualTo(OptionalDouble.empty());
  }

  @Test
  void pairedDifferenceIsTighterThanTwoSeparateErrors() {
    double[] first = {1, 1, 0, 0, 1, 0, 1, 1, 0, 0};
    double[] second = {1, 1, 0, 1, 1, 0, 1, 1, 1, 0};
    PairedDifference d = PairedDifference.of(first, second);
    assertThat(d.difference()).isCloseTo(0.2, within(1e-12));
    assertThat(d.firstOnly()).isZero();
    assertThat(d.secondOnly()).isEqualTo(2);
    assertThat(d.standardError())
        .isLessThan(Math.hypot(Moments.standardError(first), Moments.standardError(second)));
    assertThat(d.mcNemar()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void mcNemarIsTheExactBinomialTest() {
    // two-sided exact binomial test of 3 successes in 15: 2 · (1 + 15 + 105 + 455) / 2^15
    double[] first = new double[15];
    double[] second = new double[15];
    Arrays.fill(first, 0, 3, 1.0);
    Arrays.fill(second, 3, 15, 1.0);
    assertThat(PairedDifference.of(first, second).mcNemar())
        .isCloseTo(2.0 * 576 / 32768, within(1e-12));
    double[] same = Collections.nCopies(4, 1.0).stream().mapToDouble(x -> x).toArray();
    assertThat(PairedDifference.of(same, same).mcNemar()).isEqualTo(1);
  }
}
