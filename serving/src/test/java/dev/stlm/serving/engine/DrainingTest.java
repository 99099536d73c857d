package dev.stlm.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Results;
import dev.stlm.serving.kit.ToyModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is served when, and what becomes of it at the end. */
class DrainingTest {
  private final Gate gate = new Gate();
  private final Engine engine =
      new Engine(
          new ToyModel(gate),
          new EngineLimits(1, 256, 100, Duration.ofSeconds(60)),
          EngineObserver.NONE);

  @AfterEach
  void close() {
    gate.open();
    engine.close();
  }

  @Test
  void whatRunsAndWhatWaitsIsFinishedAndNothingMoreIsTaken() throws Exception {
    gate.shut();
    List<Results> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Results result = new Results(1);
      results.add(result);
      engine.submit("a", List.of(request(20)), List.of(result));
    }
    gate.awaitBlocked();
    engine.drain();
    assertThat(engine.ready()).isFalse();
    assertThat(engine.live()).isTrue();
    assertThat(engine.trouble()).hasValue("shutting down");
    assertThatThrownBy(() -> engine.submit("b", List.of(request(1)), List.of(new Results(1))))
        .isInstanceOfSatisfying(
            EngineRefusal.class,
            e -> {
              assertThat(e.reason()).isEqualTo(EngineRefusal.Reason.STOPPING);
              assertThat(e.retryAfterSeconds()).isPositive();
            });
    gate.open();
    for (Results result : results) {
      assertThat(result.await().texts().getFirst()).isNotEmpty();
    }
    assertThat(engine.awaitEnd(Duration.ofSeconds(30))).isTrue();
    assertThat(gate.sessions()).isZero();
  }

  @Test
  void oneClientWithManyRequestsDoesNotStarveAnother() throws Exception {
    gate.shut();
    List<String> order = new ArrayList<>(); // written by the engine's thread alone
    List<Results> results = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      results.add(new Results(1, () -> order.add("many")));
    }
    engine.submit("many", java.util.Collections.nCopies(200, request(10)), results);
    gate.awaitBlocked();
    Results other = new Results(1, () -> order.add("one"));
    engine.submit("one", List.of(request(10)), List.of(other));
    gate.open();
    for (Results result : results) {
      result.await();
    }
    other.await();
    assertThat(order.indexOf("one")).isLessThanOrEqualTo(2);
  }

  @Test
  void aFullQueueOfOneClientIsOpenToAnother() throws Exception {
    gate.shut();
    engine.submit("many", List.of(request(5)), List.of(new Results(1)));
    gate.awaitBlocked();
    List<Results> results = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      results.add(new Results(1));
    }
    engine.submit("many", java.util.Collections.nCopies(256, request(1)), results);
    assertThatThrownBy(() -> engine.submit("many", List.of(request(1)), List.of(new Results(1))))
        .isInstanceOf(EngineRefusal.class);
    Results other = new Results(1);
    engine.submit("one", List.of(request(1)), List.of(other));
    assertThatThrownBy(() -> engine.submit("one", List.of(request(1)), List.of(new Results(1))))
        .isInstanceOf(EngineRefusal.class);
    gate.open();
    other.await();
  }

  private static GenerationRequest request(int tokens) {
    return new GenerationRequest(
        Prompt.of('a', 'b', 'c'),
        1,
        tokens,
        Sampling.of(SamplerConfig.plain(1)),
        List.of(),
        -1,
        false);
  }
}
