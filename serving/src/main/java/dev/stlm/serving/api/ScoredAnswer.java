package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.engine.GenerationRequest;
import dev.stlm.serving.engine.TokenLogprobs;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/** An answer that is made of log-probabilities once all of them are there. */
final class ScoredAnswer extends Answer {
  private final Scoring scoring;
  private final List<List<TokenLogprobs>> choices = new ArrayList<>();

  ScoredAnswer(Scoring scoring, HttpServerResponse response) {
    super(scoring.requests(), response);
    this.scoring = scoring;
    for (int i = 0; i < choices(); i++) {
      choices.add(new ArrayList<>());
    }
  }

  /**
   * What to score.
   *
   * @param requests whose tokens are known
   * @param reply the answer, from the tokens of each sample in turn: those of its prompt if they
   *     are asked for, then those that were generated
   */
  record Scoring(List<GenerationRequest> requests, Reply reply) {
    Scoring {
      requests = List.copyOf(requests);
    }
  }

  /** Makes the answer. */
  @FunctionalInterface
  interface Reply {
    ObjectNode of(List<List<TokenLogprobs>> choices);
  }

  @Override
  boolean ready() {
    return true;
  }

  @Override
  void scored(AnswerEvent.Scored event) {
    for (int sample = 0; sample < event.samples(); sample++) {
      choices.get(event.firstChoice() + sample).addAll(event.tokens());
    }
  }

  @Override
  void piece(AnswerEvent.Piece event) {
    choices.get(event.choice()).addAll(event.tokens());
  }

  @Override
  void finished(AnswerEvent.Finished event) {}

  @Override
  void handled() {}

  @Override
  void complete() {
    ObjectNode body = scoring.reply().of(choices);
    // nothing is generated: the tokens that were forced are of the client's texts
    new Usage(promptTokens + completionTokens, 0).addTo(body);
    Responses.json(response, 200, body);
  }

  @Override
  void failed(ApiException error) {
    Responses.error(response, error);
  }
}
