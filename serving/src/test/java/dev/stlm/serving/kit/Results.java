package dev.stlm.serving.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.GenerationListener;
import dev.stlm.serving.engine.TokenLogprobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Collects what an engine says about one request. */
public final class Results implements GenerationListener {
  private final List<TokenLogprobs> scores = new ArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private final List<StringBuilder> texts = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Runnable atEnd;
  private int unfinished;

  /** For so many samples. */
  public Results(int samples) {
    this(samples, () -> {});
  }

  /** Runs something on the engine's thread when the last sample is complete. */
  public Results(int samples, Runnable atEnd) {
    this.atEnd = atEnd;
    unfinished = samples;
    for (int i = 0; i < samples; i++) {
      texts.add(new StringBuilder());
    }
  }

  /** Waits for the end. */
  public Results await() throws InterruptedException {
    assertThat(done.await(30, TimeUnit.SECONDS)).as("has ended").isTrue();
    return this;
  }

  /** Waits for the end, but no longer than this; says whether it has come. */
  public boolean endsWithin(Duration time) throws InterruptedException {
    return done.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether it has ended. */
  public boolean ended() {
    return done.getCount() == 0;
  }

  /** The texts, of a request that did not fail. */
  public List<String> texts() {
    assertThat(failures).isEmpty();
    return texts.stream().map(StringBuilder::toString).toList();
  }

  /** Of the prompt and of all samples, in the order of their coming. */
  public List<TokenLogprobs> scores() {
    assertThat(failures).isEmpty();
    return scores;
  }

  /** Why it failed. */
  public Failure failure() {
    assertThat(failures).hasSize(1);
    return failures.getFirst();
  }

  @Override
  public void promptScored(List<TokenLogprobs> tokens) {
    scores.addAll(tokens);
  }

  @Override
  public void text(int sample, String text, List<TokenLogprobs> tokens) {
    texts.get(sample).append(text);
    scores.addAll(tokens);
  }

  @Override
  public void finished(int sample, FinishReason reason, int generated) {
    if (--unfinished == 0) {
      atEnd.run();
      done.countDown();
    }
  }

  @Override
  public void failed(Failure failure) {
    failures.add(failure);
    done.countDown();
  }
}
