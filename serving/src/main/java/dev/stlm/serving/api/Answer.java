package dev.stlm.serving.api;

import dev.stlm.serving.engine.Engine;
import dev.stlm.serving.engine.EngineRefusal;
import dev.stlm.serving.engine.Generation;
import dev.stlm.serving.engine.GenerationListener;
import dev.stlm.serving.engine.GenerationRequest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The answer to one HTTP request: takes events from the engine's thread and handles them on the
 * request's event loop. Stops the engine's work when the client leaves.
 */
abstract class Answer {
  private static final Logger LOG = Logger.getLogger(Answer.class);

  final HttpServerResponse response;
  int promptTokens;
  int completionTokens;

  private final List<GenerationRequest> requests;
  private final Context context;
  private final ConcurrentLinkedQueue<AnswerEvent> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private List<Generation> generations = List.of();
  private Runnable whenGone = () -> {};
  private boolean over;
  private int unfinished;

  Answer(List<GenerationRequest> requests, HttpServerResponse response) {
    this.requests = requests;
    this.response = response;
    this.unfinished = choices();
    this.context = Vertx.currentContext();
    requests.forEach(r -> promptTokens += r.prompt().length());
  }

  /** Samples of all prompts; they are numbered in the order of the prompts. */
  final int choices() {
    return requests.stream().mapToInt(GenerationRequest::samples).sum();
  }

  /**
   * Hands the request to the engine.
   *
   * @param client whose request it is
   * @throws ApiException with status 429 or 503 if the engine does not take it
   */
  final void start(Engine engine, String client) {
    List<AnswerEvent.Listener> listeners = new ArrayList<>();
    int choice = 0;
    for (GenerationRequest request : requests) {
      listeners.add(new AnswerEvent.Listener(choice, request.samples(), this));
      choice += request.samples();
    }
    response.closeHandler(closed -> {
      whenGone.run();
      leave();
    });
    response.exceptionHandler(failure -> leave());
    try {
      generations = engine.submit(client, requests, listeners);
    } catch (EngineRefusal e) {
      over = true;
      throw ApiException.of(e);
    }
  }

  /** Says what else to do when the connection closes before the answer is complete. */
  final void whenGone(Runnable action) {
    whenGone = action;
  }

  /** Takes an event; from any thread. */
  final void add(AnswerEvent event) {
    events.add(event);
    if (scheduled.compareAndSet(false, true)) {
      context.runOnContext(ignored -> drain());
    }
  }

  /** Handles what has come, unless the client does not read. */
  final void drain() {
    scheduled.set(false);
    if (over || !ready()) {
      return;
    }
    try {
      handleEvents();
    } catch (RuntimeException e) {
      LOG.error("An answer failed", e);
      leave();
      failed(ApiException.of(GenerationListener.Failure.INTERNAL));
    }
  }

  private void handleEvents() {
    for (AnswerEvent event = events.poll(); event != null && !over; event = events.poll()) {
      switch (event) {
        case AnswerEvent.Scored s -> scored(s);
        case AnswerEvent.Piece p -> piece(p);
        case AnswerEvent.Finished f -> {
          completionTokens += f.generated();
          finished(f);
          if (--unfinished == 0) {
            over = true;
            complete();
          }
        }
        case AnswerEvent.Failed f -> {
          leave();
          failed(ApiException.of(f.failure()));
        }
      }
    }
    if (!over) {
      handled();
    }
  }

  final Usage usage() {
    return new Usage(promptTokens, completionTokens);
  }

  /** Whether events may be handled now; who says no calls {@link #drain()} later. */
  abstract boolean ready();

  abstract void scored(AnswerEvent.Scored event);

  abstract void piece(AnswerEvent.Piece event);

  abstract void finished(AnswerEvent.Finished event);

  /** All events that have come are handled, and more will come. */
  abstract void handled();

  /** Every choice is finished. */
  abstract void complete();

  abstract void failed(ApiException error);

  private void leave() {
    if (!over) {
      over = true;
      generations.forEach(Generation::cancel);
      events.clear();
    }
  }
}
