package dev.stlm.serving.api;

import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.GenerationListener;
import dev.stlm.serving.engine.TokenLogprobs;
import java.util.List;

/** What the engine says about one HTTP request, on its way to the event loop. */
sealed interface AnswerEvent {
  /** The prompt of {@code samples} choices from {@code firstChoice} on has been scored. */
  record Scored(int firstChoice, int samples, List<TokenLogprobs> tokens) implements AnswerEvent {}

  /** A choice grows. */
  record Piece(int choice, String text, List<TokenLogprobs> tokens) implements AnswerEvent {}

  /** A choice is complete. */
  record Finished(int choice, FinishReason reason, int generated) implements AnswerEvent {}

  /** There will be no answer. */
  record Failed(GenerationListener.Failure failure) implements AnswerEvent {}

  /** Turns the events of one prompt into events of the request. */
  record Listener(int firstChoice, int samples, Answer answer) implements GenerationListener {
    @Override
    public void promptScored(List<TokenLogprobs> tokens) {
      answer.add(new Scored(firstChoice, samples, List.copyOf(tokens)));
    }

    @Override
    public void text(int sample, String text, List<TokenLogprobs> tokens) {
      answer.add(new Piece(firstChoice + sample, text, tokens));
    }

    @Override
    public void finished(int sample, FinishReason reason, int generated) {
      answer.add(new Finished(firstChoice + sample, reason, generated));
    }

    @Override
    public void failed(Failure failure) {
      answer.add(new Failed(failure));
    }
  }
}
