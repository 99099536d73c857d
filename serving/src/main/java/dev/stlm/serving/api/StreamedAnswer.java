package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.engine.TokenLogprobs;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is sent as it grows, as server-sent events. Pieces of a choice that come while the
 * client does not read are joined, so that a slow reader costs no more memory than its answer.
 */
final class StreamedAnswer extends Answer {
  private final ParsedRequest request;
  private final Map<Integer, List<TokenLogprobs>> scores = new HashMap<>();
  private final boolean[] opened;
  private final StringBuilder out = new StringBuilder();
  private final Map<Integer, Unsent> unsent = new LinkedHashMap<>();
  private boolean headSent;

  /** What has come of a choice. */
  private static final class Unsent {
    final StringBuilder text = new StringBuilder();
    final List<TokenLogprobs> tokens = new ArrayList<>();
  }

  StreamedAnswer(ParsedRequest request, HttpServerResponse response) {
    super(request.requests(), response);
    this.request = request;
    opened = new boolean[choices()];
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
    for (int sample = 0; sample < event.samples(); sample++) {
      scores.put(event.firstChoice() + sample, event.tokens());
    }
  }

  @Override
  void piece(AnswerEvent.Piece event) {
    Unsent piece = unsent.computeIfAbsent(event.choice(), c -> new Unsent());
    piece.text.append(event.text());
    piece.tokens.addAll(event.tokens());
  }

  @Override
  void finished(AnswerEvent.Finished event) {
    Unsent piece = unsent.remove(event.choice());
    if (piece != null) {
      flush(event.choice(), piece);
    }
    open(event.choice());
    choice(request.reply().piece(event.choice(), "", List.of(), event.reason(), true));
  }

  @Override
  void handled() {
    flush();
    send();
  }

  @Override
  void complete() {
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
    flush();
    event(error.body());
    response.end(out.toString());
  }

  private void open(int choice) {
    if (!opened[choice]) {
      opened[choice] = true;
      choice(request.reply().opening(choice, scores.getOrDefault(choice, List.of())));
    }
  }

  private void flush() {
    unsent.forEach(this::flush);
    unsent.clear();
  }

  private void flush(int choice, Unsent piece) {
    open(choice);
    if (!piece.text.isEmpty() || !piece.tokens.isEmpty()) {
      choice(request.reply().piece(choice, piece.text.toString(), piece.tokens, null, true));
    }
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
