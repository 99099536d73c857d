package dev.stlm.serving.api;

import dev.stlm.serving.engine.Engine;
import dev.stlm.serving.engine.EngineObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts for Prometheus; the names are listed in {@code docs/serving.md}. */
@Singleton
final class EngineMetrics implements EngineObserver {
  private static final double SMOOTHING = 0.02;

  private final MeterRegistry registry;
  private final Counter rejected;
  private final Counter promptTokens;
  private final Counter generatedBytes;
  private final Timer firstByte;
  private final Timer steps;
  private final DistributionSummary batch;
  private volatile double tokensPerSecond;

  @Inject
  EngineMetrics(MeterRegistry registry) {
    this.registry = registry;
    rejected =
        Counter.builder("stlm.rejected.requests")
            .description("Requests refused because the queue was full")
            .register(registry);
    promptTokens =
        Counter.builder("stlm.prompt.tokens")
            .description("Tokens of prompts that were read")
            .register(registry);
    generatedBytes =
        Counter.builder("stlm.generated.bytes")
            .description("Bytes of text that were generated")
            .register(registry);
    firstByte =
        Timer.builder("stlm.first.byte")
            .description("Time from the arrival of a request to its first generated token")
            .serviceLevelObjectives(
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20))
            .register(registry);
    steps =
        Timer.builder("stlm.step")
            .description("Time in which all running sequences advance by one token")
            .register(registry);
    batch =
        DistributionSummary.builder("stlm.batch.size")
            .description("Sequences that advance together")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
            .register(registry);
  }

  /** Shows the queue and the running sequences of an engine. */
  void watch(Engine engine) {
    Gauge.builder("stlm.queue.depth", engine, Engine::waiting)
        .description("Sequences that wait")
        .register(registry);
    Gauge.builder("stlm.active.sequences", engine, Engine::active)
        .description("Sequences that are computed")
        .register(registry);
    Gauge.builder("stlm.tokens.per.second", () -> engine.active() == 0 ? 0 : tokensPerSecond)
        .description("Generated tokens a second, all sequences together, over the last steps")
        .register(registry);
  }

  @Override
  public void rejected() {
    rejected.increment();
  }

  @Override
  public void promptRead(int tokens) {
    promptTokens.increment(tokens);
  }

  @Override
  public void firstToken(long nanosSinceArrival) {
    firstByte.record(nanosSinceArrival, TimeUnit.NANOSECONDS);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  public void step(int sequences, long nanos) {
    steps.record(nanos, TimeUnit.NANOSECONDS);
    batch.record(sequences);
    double now = sequences * 1e9 / Math.max(1, nanos);
    tokensPerSecond += SMOOTHING * (now - tokensPerSecond);
  }

  @Override
  public void generated(int bytes) {
    generatedBytes.increment(bytes);
  }

  @Override
  public void ended(String outcome) {
    registry.counter("stlm.requests", "outcome", outcome).increment();
  }
}
