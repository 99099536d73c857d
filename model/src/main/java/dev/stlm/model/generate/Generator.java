package dev.stlm.model.generate;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.generate.GenerateOptions.Overflow;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Writes on after a prompt. Thread-safe: each call has a session of its own. */
public final class Generator {
  private final LanguageModel model;
  private final LongSupplier clock;

  public Generator(LanguageModel model) {
    this(model, System::nanoTime);
  }

  Generator(LanguageModel model, LongSupplier clock) {
    this.model = model;
    this.clock = clock;
  }

  /**
   * A text that was generated.
   *
   * @param text without the prompt and without the stop string
   * @param finishReason why it ended
   * @param promptIds ids of the prompt that the model read at first
   * @param generatedIds ids drawn, the one that ended the text included
   * @param drafts what came of drafting ids ahead
   */
  public record Result(
      String text,
      FinishReason finishReason,
      int promptIds,
      int generatedIds,
      DraftStatistics drafts) {}

  /** Generates a whole text. */
  public Result generate(byte[] prompt, GenerateOptions options) {
    return generate(prompt, options, _ -> true);
  }

  /**
   * Generates a text and hands it over piece by piece.
   *
   * @param prompt any bytes; an empty one starts a document
   * @param listener takes each piece of whole characters as it comes; false ends the text
   * @throws dev.stlm.tokenizer.InvalidInputException if the prompt does not fit the context and may
   *     not be cut
   */
  public Result generate(byte[] prompt, GenerateOptions options, Predicate<String> listener) {
    return generate(model.tokenizer().encodePrompt(prompt), options, listener);
  }

  /** As the other forms, from ids: at least one. */
  public Result generate(int[] prompt, GenerateOptions options, Predicate<String> listener) {
    int context = model.config().contextLength();
    int[] ids = prompt;
    if (prompt.length > context && options.overflow() == Overflow.SLIDE) {
      ids = Arrays.copyOfRange(prompt, prompt.length - Math.max(1, context / 2), prompt.length);
    }
    try (Session session = model.newSession()) {
      Continuation continuation = new Continuation(model.tokenizer(), options, ids);
      return new Run(model, session, clock, options, listener, continuation, ids).run();
    }
  }

  /** One text on its way. */
  private static final class Run {
    private final Speculation speculation;
    private final GenerateOptions options;
    private final Predicate<String> listener;
    private final Continuation continuation;
    private final int promptIds;
    private final StringBuilder text = new StringBuilder();
    private final int[] read; // the ids that the session has read
    private float[] logits;

    Run(
        LanguageModel model,
        Session session,
        LongSupplier clock,
        GenerateOptions options,
        Predicate<String> listener,
        Continuation continuation,
        int[] prompt) {
      this.options = options;
      this.listener = listener;
      this.continuation = continuation;
      promptIds = prompt.length;
      logits = session.append(prompt);
      read = Arrays.copyOf(prompt, model.config().contextLength());
      speculation = new Speculation(model, session, options.speculation(), clock);
    }

    Result run() {
      while (continuation.finishReason().isEmpty()) {
        boolean more = continuation.next(logits);
        if (!give()) {
          continuation.end(FinishReason.CANCELLED);
        } else if (more) {
          readLast();
        }
      }
      if (continuation.finishReason().orElseThrow() == FinishReason.LENGTH) {
        give(); // what was held back when a full context ended the text
      }
      return new Result(
          text.toString(),
          continuation.finishReason().orElseThrow(),
          promptIds,
          continuation.generatedIds(),
          speculation.statistics());
    }

    /** Hands over the text that has come; false if no more is wanted. */
    private boolean give() {
      String piece = continuation.takeText();
      text.append(piece);
      return piece.isEmpty() || listener.test(piece);
    }

    private void readLast() {
      int position = speculation.position();
      if (position < read.length) {
        read[position] = continuation.lastId();
        logits = speculation.read(continuation.lastId());
      } else if (options.overflow() == Overflow.STOP) {
        continuation.end(FinishReason.LENGTH);
      } else {
        int kept = read.length / 2;
        System.arraycopy(read, read.length - kept, read, 0, kept);
        // with a context of 1 nothing is kept but the last id
        read[kept] = continuation.lastId();
        logits = speculation.restart(Arrays.copyOf(read, kept + 1));
      }
    }
  }
}
