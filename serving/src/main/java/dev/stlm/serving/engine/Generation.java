package dev.stlm.serving.engine;

import dev.stlm.serving.engine.GenerationListener.Failure;

/** A text to generate. */
public final class Generation extends Work {
  private final GenerationRequest request;
  private final GenerationListener listener;
  private boolean firstTokenSeen;

  Generation(Flow flow, GenerationRequest request, GenerationListener listener, long timeoutNanos) {
    super(flow, timeoutNanos);
    this.request = request;
    this.listener = listener;
  }

  GenerationRequest request() {
    return request;
  }

  GenerationListener listener() {
    return listener;
  }

  @Override
  int sequences() {
    return request.samples();
  }

  @Override
  int promptTokens() {
    return request.prompt().length();
  }

  @Override
  void failed(Failure failure) {
    listener.failed(failure);
  }

  /** Nanoseconds since arrival if this is the first token of all samples, else -1. */
  long firstToken() {
    if (firstTokenSeen) {
      return -1;
    }
    firstTokenSeen = true;
    return nanosSinceArrival();
  }
}
