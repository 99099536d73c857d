package dev.stlm.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.serving.kit.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a request yields, to the last bit of its log-probabilities, depends neither on what is
 * computed with it nor on what was read before it.
 */
class SameBitsTest {
  private static final int REQUESTS = 16;

  static Stream<Arguments> models() {
    Map<String, Checkpoint> all = TinyModels.variants();
    Map<String, Checkpoint> some = new LinkedHashMap<>();
    all.forEach((name, checkpoint) -> {
      if (name.startsWith("pooled") || name.equals("plain") || name.equals("n-grams")) {
        some.put(name, checkpoint);
      }
    });
    some.put("window", all.get("window"));
    some.put("int8", TinyModels.int8(TinyModels.plain(), 8));
    some.put("bf16", TinyModels.bf16(TinyModels.plain()));
    some.put("pooled int8", TinyModels.int8(all.get("pooled, parallel"), 8));
    return some.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void aloneOrWithOthersWithACacheOrWithout(String name, Checkpoint checkpoint) throws Exception {
    List<GenerationRequest> requests = requests(name.hashCode());
    List<List<TokenLogprobs>> alone;
    List<List<TokenLogprobs>> together;
    List<List<TokenLogprobs>> cached;
    List<List<TokenLogprobs>> cachedTogether;
    AtomicInteger reused = new AtomicInteger();
    EngineObserver counter =
        new EngineObserver() {
          @Override
          public void prefixReused(int tokens) {
            reused.addAndGet(tokens);
          }
        };
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint)) {
      try (Engine engine = new Engine(model, limits(0), counter)) {
        alone = oneByOne(engine, requests);
        together = allTogether(engine, requests);
        assertThat(reused).hasValue(0);
      }
      try (Engine engine = new Engine(model, limits(64), counter)) {
        cached = oneByOne(engine, requests);
        assertThat(reused.get()).isGreaterThan(100);
        cachedTogether = allTogether(engine, requests.reversed()).reversed();
      }
    }
    for (int i = 0; i < requests.size(); i++) {
      assertThat(together.get(i)).as("request %d with others", i).isEqualTo(alone.get(i));
      assertThat(cached.get(i)).as("request %d after others", i).isEqualTo(alone.get(i));
      assertThat(cachedTogether.get(i)).as("request %d with and after", i).isEqualTo(alone.get(i));
    }
  }

  private static List<List<TokenLogprobs>> oneByOne(Engine engine, List<GenerationRequest> requests)
      throws Exception {
    List<List<TokenLogprobs>> scores = new ArrayList<>();
    for (GenerationRequest request : requests) {
      Results results = new Results(1);
      engine.submit(List.of(request), List.of(results));
      scores.add(results.await().scores());
    }
    return scores;
  }

  private static List<List<TokenLogprobs>> allTogether(
      Engine engine, List<GenerationRequest> requests) throws Exception {
    List<Results> results = new ArrayList<>();
    requests.forEach(r -> results.add(new Results(1)));
    engine.submit(requests, results);
    List<List<TokenLogprobs>> scores = new ArrayList<>();
    for (Results result : results) {
      scores.add(result.await().scores());
    }
    return scores;
  }

  private static EngineLimits limits(int cacheMegabytes) {
    return new EngineLimits(REQUESTS, 64, 4096, Duration.ofSeconds(60), cacheMegabytes);
  }

  /** Prompts that begin alike for a random while, some of them scored. */
  private static List<GenerationRequest> requests(long seed) {
    Random random = new Random(seed);
    int[] text = words(random, 90);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      int common = 1 + random.nextInt(60);
      int[] own = words(random, 1 + random.nextInt(20));
      int[] ids = Arrays.copyOf(text, common + own.length);
      System.arraycopy(own, 0, ids, common, own.length);
      if (random.nextInt(4) == 0) {
        text = Arrays.copyOf(ids, 90);
      }
      requests.add(
          new GenerationRequest(
              Prompt.of(ids),
              1,
              random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(16),
              Sampling.of(new SamplerConfig(0.9, 0, 1, 0, 1, i)),
              List.of(),
              random.nextInt(4),
              random.nextInt(2) == 0));
    }
    return requests;
  }

  private static int[] words(Random random, int length) {
    return random.ints(length, 0, 30).map(i -> i < 26 ? 'a' + i : ' ').toArray();
  }
}
