package dev.stlm.serving.engine;

import dev.stlm.model.Session;
import dev.stlm.model.generate.Continuation;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.tokenizer.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sample of a running request: its text so far, and the session that continues it. */
final class Sample {
  private final Generation generation;
  private final Tokenizer tokenizer;
  private final int index;
  private final Continuation text;
  private final Adjustment adjustment;
  private final Constraint.@Nullable State constraint;
  private @Nullable Session session;

  Sample(Generation generation, Tokenizer tokenizer, int index) {
    this.generation = generation;
    this.tokenizer = tokenizer;
    this.index = index;
    GenerationRequest request = generation.request();
    // tokens are counted here, so that a token of several bytes is never cut
    GenerateOptions options =
        new GenerateOptions(
            Integer.MAX_VALUE,
            request.sampling().config(index),
            request.stop(),
            GenerateOptions.Overflow.STOP);
    this.text = new Continuation(tokenizer, options, request.prompt().ids());
    this.adjustment = new Adjustment(request.sampling());
    this.constraint = request.constraint().map(c -> c.start(index)).orElse(null);
  }

  /**
   * Chooses the next token, counts it and tells the listener.
   *
   * @param logits changed by this
   */
  void advance(float[] logits, EngineObserver observer) {
    GenerationRequest request = generation.request();
    boolean scored = request.logprobs() >= 0;
    float[] raw = scored ? logits.clone() : logits;
    adjustment.apply(logits);
    if (constraint != null && (constraint.complete() || !constraint.mask(logits))) {
      // nothing may follow at all, or nothing that the vocabulary can say
      finish(constraint.complete() ? FinishReason.STOP : FinishReason.LENGTH);
      return;
    }
    text.next(logits);
    int token = text.lastId();
    adjustment.chosen(token);
    // before the listener hears: who has an answer finds it counted
    observer.generated(tokenizer.byteLength(token));
    if (constraint != null) {
      constraint.accept(token);
      if (constraint.complete()) {
        text.end(FinishReason.STOP);
      }
    }
    if (text.generatedIds() == request.maxTokens()) {
      text.end(FinishReason.LENGTH);
    }
    List<TokenLogprobs> scores =
        scored ? List.of(TopLogprobs.of(raw, token, request.logprobs())) : List.of();
    String piece = text.takeText();
    if (!piece.isEmpty() || scored) {
      generation.listener().text(index, piece, scores);
    }
    text.finishReason()
        .ifPresent(why -> generation.listener().finished(index, why, text.generatedIds()));
  }

  private void finish(FinishReason reason) {
    text.end(reason);
    String rest = text.takeText();
    if (!rest.isEmpty()) {
      generation.listener().text(index, rest, List.of());
    }
    generation.listener().finished(index, reason, text.generatedIds());
  }

  /** Whether no token follows. */
  boolean done() {
    return text.finishReason().isPresent();
  }

  /** The token that the session has to read next. */
  int next() {
    return text.lastId();
  }

  Generation generation() {
    return generation;
  }

  Session session() {
    if (session == null) {
      throw new IllegalStateException("no session yet");
    }
    return session;
  }

  /** Takes over a session that has read the prompt. */
  void own(Session readPrompt) {
    session = readPrompt;
  }

  void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
