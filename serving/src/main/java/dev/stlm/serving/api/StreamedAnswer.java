package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.engine.TokenLogprobs;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is sent as it grows, as server-sent events. Pieces that come while the client does
 * not read are joined, so that a slow reader costs no more memory than its answer.
 */
final class StreamedAnswer extends Answer {
  private final Map<Integer, List<TokenLogprobs>> scores = new HashMap<>();
  private final boolean[] opened;
  private final StringBuilder out = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private final List<TokenLogprobs> tokens = new ArrayList<>();
  private int current = -1;
  private boolean headSent;

  StreamedAnswer(ParsedRequest request, HttpServerResponse response) {
    super(request, response);
    opened = new boolean[request.requests().size() * samples];
  }

  @Override
  boolean ready() {
    if (response.writeQueueFull()) {
      response.drainHandler(drained -> drain());
      return false;
    }
    return true;
  }

  @Override
  void scored(AnswerEvent.Scored event) {
    scores.put(event.prompt(), event.tokens());
  }

  @Override
  void piece(AnswerEvent.Piece event) {
    if (event.choice() != current) {
      flushPiece();
      open(event.choice());
      current = event.choice();
    }
    text.append(event.text());
    tokens.addAll(event.tokens());
  }

  @Override
  void finished(AnswerEvent.Finished event) {
    flushPiece();
    open(event.choice());
    choice(request.reply().piece(event.choice(), "", List.of(), event.reason(), true));
  }

  @Override
  void handled() {
    flushPiece();
    send();
  }

  @Override
  void complete() {
    flushPiece();
    if (request.includeUsage()) {
      ObjectNode last = request.reply().envelope(true);
      last.putArray("choices");
      usage().addTo(last);
      event(last);
    }
    out.append("data: [DONE]\n\n");
    head();
    response.end(out.toString());
  }

  @Override
  void failed(ApiException error) {
    if (!headSent) {
      Responses.error(response, error);
      return;
    }
    flushPiece();
    event(error.body());
    response.end(out.toString());
  }

  private void open(int choice) {
    if (!opened[choice]) {
      opened[choice] = true;
      choice(request.reply().opening(choice, scores.getOrDefault(choice / samples, List.of())));
    }
  }

  private void flushPiece() {
    if (!text.isEmpty() || !tokens.isEmpty()) {
      choice(request.reply().piece(current, text.toString(), tokens, null, true));
      text.setLength(0);
      tokens.clear();
    }
    current = -1;
  }

  private void choice(@Nullable ObjectNode choice) {
    if (choice != null) {
      ObjectNode chunk = request.reply().envelope(true);
      chunk.putArray("choices").add(choice);
      event(chunk);
    }
  }

  private void event(ObjectNode node) {
    out.append("data: ").append(JsonBody.write(node)).append("\n\n");
  }

  private void send() {
    if (!out.isEmpty()) {
      head();
      response.write(out.toString());
      out.setLength(0);
    }
  }

  private void head() {
    if (!headSent) {
      headSent = true;
      response
          .setChunked(true)
          .putHeader("Content-Type", "text/event-stream; charset=utf-8")
          .putHeader("Cache-Control", "no-store")
          .putHeader("X-Accel-Buffering", "no");
    }
  }
}
