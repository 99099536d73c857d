package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.TokenLogprobs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The form of an answer; used by one request on its event loop. */
interface Reply {
  /** The answer without its choices. */
  ObjectNode envelope(boolean chunk);

  /** What stands in front of the generated text of a choice. */
  String prefix(int choice);

  /** What a stream says of a choice before any generated text, if anything. */
  @Nullable ObjectNode opening(int choice, List<TokenLogprobs> promptScores);

  /**
   * A piece of a choice.
   *
   * @param chunk whether it is part of a stream, else it is the whole
   * @param reason why the choice ended, if it did with this piece
   */
  ObjectNode piece(
      int choice,
      String text,
      List<TokenLogprobs> tokens,
      @Nullable FinishReason reason,
      boolean chunk);
}
