package dev.stlm.serving.api;

import dev.stlm.serving.engine.EngineObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What the engines of one model's name did, one after the other or, while one takes over, both. */
final class ModelMetrics implements EngineObserver {
  private static final double SMOOTHING = 0.02;
  private static final double NANOS = 1e9;

  private static final Duration[] TIMES = {
    Duration.ofMillis(5),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(20)
  };

  private final MeterRegistry registry;
  private final String model;
  private final Counter rejected;
  private final Counter promptTokens;
  private final Counter generatedBytes;
  private final Counter cacheHits;
  private final Counter cacheMisses;
  private final Counter reusedTokens;
  private final Timer firstByte;
  private final Timer queued;
  private final Timer steps;
  private final DistributionSummary batch;
  private final AtomicLong cacheBytes = new AtomicLong();
  private volatile double tokensPerSecond;
  private volatile double bytesPerToken = 1;

  ModelMetrics(MeterRegistry registry, String model) {
    this.registry = registry;
    this.model = model;
    rejected = counter("stlm.rejected.requests", "Requests refused because the queue was full");
    promptTokens = counter("stlm.prompt.tokens", "Tokens of prompts and texts that were read");
    generatedBytes = counter("stlm.generated.bytes", "Bytes of text that were generated");
    cacheHits = counter("stlm.prefix.cache.hits", "Prompts whose beginning was read before");
    cacheMisses = counter("stlm.prefix.cache.misses", "Prompts that were read from the start");
    reusedTokens =
        counter("stlm.prefix.cache.tokens", "Tokens of prompts that were not read again");
    firstByte = timer("stlm.first.byte", "Time from a request's arrival to its first token");
    queued = timer("stlm.queue.wait", "Time from a request's arrival to the start of its work");
    steps =
        Timer.builder("stlm.step")
            .tag("model", model)
            .description("Time in which all running sequences advance by one token")
            .register(registry);
    batch =
        DistributionSummary.builder("stlm.batch.size")
            .tag("model", model)
            .description("Sequences that advance together")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
            .register(registry);
    Gauge.builder("stlm.prefix.cache.bytes", cacheBytes, AtomicLong::get)
        .tag("model", model)
        .description("Memory of the prefix cache")
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).tag("model", model).description(description).register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .tag("model", model)
        .description(description)
        .serviceLevelObjectives(TIMES)
        .register(registry);
  }

  double tokensPerSecond() {
    return tokensPerSecond;
  }

  double bytesPerSecond() {
    return tokensPerSecond * bytesPerToken;
  }

  @Override
  public void rejected() {
    rejected.increment();
  }

  @Override
  public void prefixReused(int tokens) {
    (tokens > 0 ? cacheHits : cacheMisses).increment();
    reusedTokens.increment(tokens);
  }

  @Override
  public void prefixCache(long bytes) {
    cacheBytes.set(bytes);
  }

  @Override
  public void promptRead(int tokens) {
    promptTokens.increment(tokens);
  }

  @Override
  public void admitted(long nanosSinceArrival) {
    queued.record(nanosSinceArrival, TimeUnit.NANOSECONDS);
  }

  @Override
  public void firstToken(long nanosSinceArrival) {
    firstByte.record(nanosSinceArrival, TimeUnit.NANOSECONDS);
  }

  @Override
  @SuppressWarnings(
      "NonAtomicVolatileUpdate") // one thread writes; a lost update while two do is no harm
  public void step(int sequences, long nanos) {
    steps.record(nanos, TimeUnit.NANOSECONDS);
    batch.record(sequences);
    double now = sequences * NANOS / Math.max(1, nanos);
    tokensPerSecond += SMOOTHING * (now - tokensPerSecond);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // as above
  public void generated(int bytes) {
    generatedBytes.increment(bytes);
    bytesPerToken += SMOOTHING * (bytes - bytesPerToken);
  }

  @Override
  public void ended(String outcome) {
    registry.counter("stlm.requests", "model", model, "outcome", outcome).increment();
  }
}
