package dev.stlm.serving.engine;

import dev.stlm.serving.engine.GenerationListener.Failure;

/** A text to embed. */
public final class Embedding extends Work {
  private final Prompt text;
  private final EmbeddingListener listener;

  Embedding(Flow flow, Prompt text, EmbeddingListener listener, long timeoutNanos) {
    super(flow, timeoutNanos);
    this.text = text;
    this.listener = listener;
  }

  Prompt text() {
    return text;
  }

  EmbeddingListener listener() {
    return listener;
  }

  @Override
  int sequences() {
    return 1;
  }

  @Override
  int promptTokens() {
    return text.length();
  }

  @Override
  void failed(Failure failure) {
    listener.failed(failure);
  }
}
