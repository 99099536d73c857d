package dev.stlm.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Results;
import dev.stlm.serving.kit.ToyModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
  private final Gate gate = new Gate();
  private Engine engine = engine(new EngineLimits(4, 64, 4096, Duration.ofSeconds(60)));

  private Engine engine(EngineLimits limits) {
    return new Engine(new ToyModel(gate), limits, EngineObserver.NONE);
  }

  @AfterEach
  void close() {
    gate.open();
    engine.close();
  }

  @Test
  void manyAtOnceGiveWhatEachGivesAlone() throws Exception {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      requests.add(request("prompt " + "x".repeat(40 * i), 1 + i % 3, 60, i));
    }
    List<List<String>> alone = new ArrayList<>();
    for (GenerationRequest request : requests) {
      alone.add(run(request).texts());
    }
    List<Results> together = new ArrayList<>();
    for (GenerationRequest request : requests) {
      Results result = new Results(request.samples());
      together.add(result);
      engine.submit(List.of(request), List.of(result));
    }
    for (int i = 0; i < requests.size(); i++) {
      assertThat(together.get(i).await().texts()).isEqualTo(alone.get(i));
    }
    assertNoSessionLeft();
  }

  @Test
  void samplesDifferBySeedAndTheFirstIsThatOfOneSample() throws Exception {
    List<String> three = run(request("seed", 3, 40, 5)).texts();
    assertThat(three).doesNotHaveDuplicates();
    assertThat(run(request("seed", 1, 40, 5)).texts().getFirst()).isEqualTo(three.getFirst());
    assertThat(run(request("seed", 1, 40, 7)).texts().getFirst()).isEqualTo(three.get(2));
  }

  @Test
  void scoresOfPromptAndTextAreOneEachTokenAndIndependentOfChunks() throws Exception {
    String prompt = "a".repeat(700);
    GenerationRequest request =
        new GenerationRequest(
            prompt(prompt), 1, 3, Sampling.of(SamplerConfig.greedy()), List.of(), 2, true);
    Results result = run(request);
    assertThat(result.scores()).hasSize(703);
    assertThat(result.scores().getFirst().defined()).isFalse();
    List<TokenLogprobs> expected = new ArrayList<>();
    try (var session = new ToyModel(new Gate()).newSession()) {
      float[] logits = session.append((int) prompt.charAt(0));
      for (int i = 1; i < prompt.length(); i++) {
        expected.add(TopLogprobs.of(logits, prompt.charAt(i), 2));
        logits = session.append((int) prompt.charAt(i));
      }
    }
    assertThat(result.scores().subList(1, 700)).isEqualTo(expected);
    TokenLogprobs last = result.scores().getLast();
    assertThat(last.logprob()).isEqualTo(last.top().getFirst().logprob());
  }

  @Test
  void aFullQueueRefusesAllOfARequest() throws Exception {
    engine.close();
    engine = engine(new EngineLimits(1, 2, 100, Duration.ofSeconds(60)));
    gate.shut();
    Results running = new Results(1);
    engine.submit(List.of(request("a", 1, 5, 0)), List.of(running));
    gate.awaitBlocked();
    Results waiting = new Results(1);
    engine.submit(List.of(request("b", 1, 5, 0)), List.of(waiting));
    assertThatThrownBy(() ->
            engine.submit(
                List.of(request("c", 1, 5, 0), request("d", 1, 5, 0)),
                List.of(new Results(1), new Results(1))))
        .isInstanceOfSatisfying(
            EngineRefusal.class,
            e -> assertThat(e.reason()).isEqualTo(EngineRefusal.Reason.QUEUE_FULL));
    assertThat(engine.waiting()).isEqualTo(1);
    gate.open();
    running.await();
    waiting.await();
  }

  @Test
  void cancelledWorkIsDroppedAndItsSessionClosed() throws Exception {
    gate.shut();
    Results left = new Results(1);
    Generation generation =
        engine.submit(List.of(request("a", 1, 1000, 0)), List.of(left)).getFirst();
    gate.awaitBlocked();
    generation.cancel();
    gate.open();
    Results next = run(request("b", 1, 5, 0));
    assertThat(next.texts().getFirst()).isNotEmpty();
    assertThat(left.ended()).isFalse();
    assertNoSessionLeft();
  }

  @Test
  void aRequestThatTakesTooLongFails() throws Exception {
    engine.close();
    engine = engine(new EngineLimits(1, 4, 2000, Duration.ofSeconds(1)));
    gate.shut();
    Results running = new Results(1);
    Results waiting = new Results(1);
    engine.submit(List.of(request("a", 1, 2000, 0)), List.of(running));
    engine.submit(List.of(request("b", 1, 5, 0)), List.of(waiting));
    assertThat(waiting.endsWithin(Duration.ofMillis(1100))).isFalse();
    gate.open();
    running.await();
    waiting.await();
    assertThat(List.of(running.failure(), waiting.failure()))
        .containsOnly(GenerationListener.Failure.TIMEOUT);
  }

  @Test
  void aFailingModelFailsTheRequestAndNotTheEngine() throws Exception {
    gate.breakDown();
    Results failed = new Results(2);
    engine.submit(List.of(request("a", 2, 5, 0)), List.of(failed));
    assertThat(failed.await().failure()).isEqualTo(GenerationListener.Failure.INTERNAL);
    gate.open();
    assertThat(run(request("a", 1, 5, 0)).texts().getFirst()).isNotEmpty();
    assertNoSessionLeft();
  }

  @Test
  void whatFailsTakesNobodyElseWithIt() throws Exception {
    GenerationRequest good = request("good", 2, 40, 3);
    List<String> alone = run(good).texts();
    gate.poison('!');
    gate.shut();
    Results running = new Results(2);
    Results bad = new Results(1);
    Results beside = new Results(2);
    engine.submit(List.of(good), List.of(running));
    gate.awaitBlocked();
    engine.submit(List.of(request("bad!", 1, 40, 0)), List.of(bad));
    engine.submit(List.of(good), List.of(beside));
    gate.open();
    assertThat(running.await().texts()).isEqualTo(alone);
    assertThat(beside.await().texts()).isEqualTo(alone);
    assertThat(bad.await().failure()).isEqualTo(GenerationListener.Failure.INTERNAL);
    assertNoSessionLeft();
  }

  @Test
  void samplesOfOneRequestThatFailTogetherAreNotTheEndOfTheEngine() throws Exception {
    Results two = new Results(2);
    Results breaking = new Results(1, gate::breakDown);
    engine.submit(List.of(request("a", 2, 1000, 0), request("b", 1, 5, 0)), List.of(two, breaking));
    assertThat(two.await().failure()).isEqualTo(GenerationListener.Failure.INTERNAL);
    gate.open();
    assertThat(run(request("a", 1, 5, 0)).texts().getFirst()).isNotEmpty();
    assertNoSessionLeft();
  }

  @Test
  void promptsThatBeginAlikeAreReadOnce() throws Exception {
    AtomicInteger read = new AtomicInteger();
    EngineObserver counter =
        new EngineObserver() {
          @Override
          public void promptRead(int tokens) {
            read.addAndGet(tokens);
          }
        };
    engine.close();
    engine =
        new Engine(
            new ToyModel(gate), new EngineLimits(8, 64, 4096, Duration.ofSeconds(60), 1), counter);
    gate.shut();
    Results first = new Results(1);
    engine.submit(List.of(request("something else", 1, 1, 0)), List.of(first));
    gate.awaitBlocked();
    List<GenerationRequest> alike = new ArrayList<>();
    List<Results> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      alike.add(request("a".repeat(400) + i, 1, 3, i));
      results.add(new Results(1));
    }
    engine.submit(alike, results);
    gate.open();
    for (Results result : results) {
      assertThat(result.await().texts().getFirst()).isNotEmpty();
    }
    first.await();
    assertThat(read).hasValue("something else".length() + 401 + 4);
    assertNoSessionLeft();
  }

  @Test
  void nobodyWaitsForAnEngineThatDied() throws Exception {
    gate.shut();
    List<Results> results = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Results result = new Results(1);
      results.add(result);
      engine.submit(List.of(request("a", 1, 1000, 0)), List.of(result));
    }
    gate.awaitBlocked();
    gate.runOutOfMemory();
    gate.open();
    for (Results result : results) {
      assertThat(result.await().failure()).isEqualTo(GenerationListener.Failure.INTERNAL);
    }
    assertThat(engine.ready()).isFalse();
    assertThatThrownBy(() -> engine.submit(List.of(request("a", 1, 1, 0)), List.of(new Results(1))))
        .isInstanceOf(EngineRefusal.class);
  }

  @Test
  void closingEndsWhatRunsAndWaits() throws Exception {
    gate.shut();
    List<Results> results = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Results result = new Results(1);
      results.add(result);
      engine.submit(List.of(request("a", 1, 1000, 0)), List.of(result));
    }
    gate.awaitBlocked();
    Thread closing = Thread.ofPlatform().start(engine::close);
    while (engine.ready()) {
      Thread.onSpinWait();
    }
    gate.open();
    closing.join();
    for (Results result : results) {
      assertThat(result.await().failure()).isEqualTo(GenerationListener.Failure.STOPPING);
    }
    assertThatThrownBy(() -> engine.submit(List.of(request("a", 1, 1, 0)), List.of(new Results(1))))
        .isInstanceOf(EngineRefusal.class);
    assertNoSessionLeft();
  }

  @Test
  void theBiasOfAnIdCanForbidOrForceIt() throws Exception {
    Sampling forced = new Sampling(SamplerConfig.plain(1), 0, 0, Map.of((int) 'z', 100.0));
    GenerationRequest request =
        new GenerationRequest(prompt("a"), 1, 4, forced, List.of(), -1, false);
    assertThat(run(request).texts()).containsExactly("zzzz");
  }

  private void assertNoSessionLeft() {
    engine.close();
    assertThat(gate.sessions()).isZero();
  }

  private Results run(GenerationRequest request) throws Exception {
    Results result = new Results(request.samples());
    engine.submit(List.of(request), List.of(result));
    return result.await();
  }

  private static GenerationRequest request(String prompt, int samples, int tokens, long seed) {
    return new GenerationRequest(
        prompt(prompt),
        samples,
        tokens,
        Sampling.of(new SamplerConfig(0.7, 0, 1, 0, 1, seed)),
        List.of(),
        -1,
        false);
  }

  private static Prompt prompt(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = bytes[i] & 0xFF;
    }
    return Prompt.of(ids);
  }
}
