package dev.stlm.serving.engine;

import dev.stlm.model.Session;
import dev.stlm.tokenizer.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sample of a running request: chooses its tokens, cuts its text, knows when it ends. */
final class Continuation {
  private final Generation generation;
  private final Tokenizer tokenizer;
  private final int sample;
  private final TokenSampler sampler;
  private final TextStream stream;
  private @Nullable Session session;
  private int generated;
  private int next;
  private boolean done;

  Continuation(Generation generation, Tokenizer tokenizer, int sample) {
    this.generation = generation;
    this.tokenizer = tokenizer;
    this.sample = sample;
    GenerationRequest request = generation.request();
    this.sampler =
        new TokenSampler(request.sampling(), request.prompt(), sample, tokenizer.vocabularySize());
    this.stream = new TextStream(request.stop());
  }

  /**
   * Chooses the next token from the logits, which it changes, and tells the listener.
   *
   * @return the number of bytes of the token
   */
  int advance(float[] logits) {
    GenerationRequest request = generation.request();
    float[] raw = request.logprobs() < 0 ? logits : logits.clone();
    next = sampler.next(logits);
    generated++;
    List<TokenLogprobs> scores =
        request.logprobs() < 0 ? List.of() : List.of(LogSoftmax.of(raw, next, request.logprobs()));
    byte[] bytes = tokenizer.decode(new int[] {next});
    // an id that stands for no bytes ends the text: the end itself, or a turn of a chat
    boolean ended = bytes.length == 0;
    String text = ended ? "" : stream.accept(bytes);
    boolean stop = ended || stream.stopped();
    boolean last = stop || generated == request.maxTokens();
    if (last && !stream.stopped()) {
      text += stream.finish();
    }
    if (!text.isEmpty() || !scores.isEmpty()) {
      generation.listener().text(sample, text, scores);
    }
    if (last) {
      done = true;
      generation
          .listener()
          .finished(sample, stop ? FinishReason.STOP : FinishReason.LENGTH, generated);
    }
    return bytes.length;
  }

  /** Whether no token follows. */
  boolean done() {
    return done;
  }

  /** The token that the session has to read next. */
  int next() {
    return next;
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
