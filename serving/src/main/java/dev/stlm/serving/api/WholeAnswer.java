package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.TokenLogprobs;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/** An answer that is sent when it is complete. */
final class WholeAnswer extends Answer {
  private final List<Choice> choices = new ArrayList<>();

  private static final class Choice {
    final StringBuilder text = new StringBuilder();
    final List<TokenLogprobs> tokens = new ArrayList<>();
    FinishReason reason = FinishReason.STOP;
  }

  WholeAnswer(ParsedRequest request, HttpServerResponse response) {
    super(request, response);
    for (int i = 0; i < request.requests().size() * samples; i++) {
      Choice choice = new Choice();
      choice.text.append(request.reply().prefix(i));
      choices.add(choice);
    }
  }

  @Override
  boolean ready() {
    return true;
  }

  @Override
  void scored(AnswerEvent.Scored event) {
    for (int sample = 0; sample < samples; sample++) {
      choices.get(event.prompt() * samples + sample).tokens.addAll(event.tokens());
    }
  }

  @Override
  void piece(AnswerEvent.Piece event) {
    Choice choice = choices.get(event.choice());
    choice.text.append(event.text());
    choice.tokens.addAll(event.tokens());
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
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = choices.get(i);
      array.add(
          request.reply().piece(i, choice.text.toString(), choice.tokens, choice.reason, false));
    }
    usage().addTo(body);
    Responses.json(response, 200, body);
  }

  @Override
  void failed(ApiException error) {
    Responses.error(response, error);
  }
}
