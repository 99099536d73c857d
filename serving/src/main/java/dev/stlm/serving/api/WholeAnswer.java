package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.TokenLogprobs;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An answer that is sent when it is complete. */
final class WholeAnswer extends Answer {
  private final ParsedRequest request;
  private final int samples;
  private final List<Choice> choices = new ArrayList<>();

  private static final class Choice {
    final StringBuilder text = new StringBuilder();
    final List<TokenLogprobs> tokens = new ArrayList<>();
    FinishReason reason = FinishReason.STOP;
    double logprob;
    int generated;

    double meanLogprob() {
      return generated == 0 ? 0 : logprob / generated;
    }
  }

  WholeAnswer(ParsedRequest request, HttpServerResponse response) {
    super(request.requests(), response);
    this.request = request;
    this.samples = request.requests().getFirst().samples();
    for (int i = 0; i < choices(); i++) {
      Choice choice = new Choice();
      choice.text.append(request.reply().prefix(i / samples * request.kept()));
      choices.add(choice);
    }
  }

  @Override
  boolean ready() {
    return true;
  }

  @Override
  void scored(AnswerEvent.Scored event) {
    for (int sample = 0; sample < event.samples(); sample++) {
      choices.get(event.firstChoice() + sample).tokens.addAll(event.tokens());
    }
  }

  @Override
  void piece(AnswerEvent.Piece event) {
    Choice choice = choices.get(event.choice());
    choice.text.append(event.text());
    choice.tokens.addAll(event.tokens());
    for (TokenLogprobs token : event.tokens()) {
      choice.logprob += token.logprob();
      choice.generated++;
    }
  }

  @Override
  void finished(AnswerEvent.Finished event) {
    choices.get(event.choice()).reason = event.reason();
  }

  @Override
  void handled() {}

  @Override
  void complete() {
    ObjectNode body = request.reply().envelope(false);
    ArrayNode array = body.putArray("choices");
    for (int from = 0; from < choices.size(); from += samples) {
      for (Choice choice : best(choices.subList(from, from + samples))) {
        array.add(
            request
                .reply()
                .piece(array.size(), choice.text.toString(), choice.tokens, choice.reason, false));
      }
    }
    usage().addTo(body);
    Responses.json(response, 200, body);
  }

  private List<Choice> best(List<Choice> candidates) {
    return request.kept() == candidates.size()
        ? candidates
        : candidates.stream()
            .sorted(Comparator.comparingDouble(Choice::meanLogprob).reversed())
            .limit(request.kept())
            .toList();
  }

  @Override
  void failed(ApiException error) {
    Responses.error(response, error);
  }
}
