package dev.stlm.bench.eval;

import dev.stlm.bench.task.WhiteSpace;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Arrays;

/** A context and its continuation as ids, cut as the lm-evaluation-harness cuts them. */
final class PairEncoding {
  private final int[] context;
  private final int[] continuation;

  private PairEncoding(int[] context, int[] continuation) {
    this.context = context;
    this.continuation = continuation;
  }

  /** At least one id. */
  int[] context() {
    return context;
  }

  /** The ids whose likelihood is asked for. */
  int[] continuation() {
    return continuation;
  }

  /**
   * Encodes a pair. White space at the end of the context moves to the continuation; the whole is
   * encoded at once, and what the shortened context alone takes is cut off its front. An empty
   * context is the id that starts a text.
   */
  static PairEncoding of(Tokenizer tokenizer, String context, String continuation) {
    if (context.isEmpty()) {
      return new PairEncoding(new int[] {tokenizer.startOfText()}, tokenizer.encode(continuation));
    }
    String shortened = WhiteSpace.stripTrailing(context);
    if (shortened.isEmpty()) {
      return of(tokenizer, "", context + continuation);
    }
    int[] contextIds = tokenizer.encode(shortened);
    int[] whole = tokenizer.encode(context + continuation);
    return new PairEncoding(
        contextIds,
        Arrays.copyOfRange(whole, Math.min(contextIds.length, whole.length), whole.length));
  }

  /** Both as one sequence of which at most the last {@code longest} ids are kept. */
  int[] joined(int longest) {
    int[] all = Arrays.copyOf(context, context.length + continuation.length);
    System.arraycopy(continuation, 0, all, context.length, continuation.length);
    return all.length <= longest ? all : Arrays.copyOfRange(all, all.length - longest, all.length);
  }
}
