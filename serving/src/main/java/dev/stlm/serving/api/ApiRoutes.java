package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.engine.Prompt;
import dev.stlm.serving.log.RequestNotes;
import dev.stlm.tokenizer.InvalidInputException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/** Which path does what. */
@Singleton
final class ApiRoutes {
  private static final Logger LOG = Logger.getLogger(ApiRoutes.class);

  /** After every other route, those of the framework included. */
  private static final int LAST = Integer.MAX_VALUE;

  private final Serving serving;

  @Inject
  ApiRoutes(Serving serving) {
    this.serving = serving;
  }

  void register(@Observes Router router) {
    get(router, "/v1/models", this::models);
    get(router, "/v1/models/*", this::model);
    get(router, "/tokenizer_info", this::tokenizerInfo);
    post(router, "/v1/completions", generate(CompletionParser::parse));
    post(router, "/v1/chat/completions", generate(ChatParser::parse));
    post(router, "/v1/embeddings", this::embeddings);
    post(router, "/tokenize", this::tokenize);
    post(router, "/detokenize", this::detokenize);
    router
        .route()
        .order(LAST)
        .handler(
            guarded(c -> {
              throw new ApiException(
                  404,
                  null,
                  "unknown_url",
                  "there is nothing at " + c.request().method() + " " + c.normalizedPath());
            }));
    router.route().order(LAST).failureHandler(this::failed);
  }

  private void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(HttpMethod.GET, path).handler(guarded(handler));
    wrongMethod(router, path, "GET");
  }

  private void post(Router router, String path, Handler<RoutingContext> handler) {
    post(router, path, serving.maxBodyBytes(), handler);
  }

  /** A path that takes a body of at most so many bytes. */
  static void post(Router router, String path, int limit, Handler<RoutingContext> handler) {
    router.route(HttpMethod.POST, path).handler(new BodyReader(limit, guarded(handler)));
    wrongMethod(router, path, "POST");
  }

  private static void wrongMethod(Router router, String path, String right) {
    router
        .route(path)
        .handler(
            guarded(c -> {
              c.response().putHeader("Allow", right);
              throw new ApiException(
                  405,
                  null,
                  "method_not_allowed",
                  "%s takes %s, not %s".formatted(path, right, c.request().method()));
            }));
  }

  private Handler<RoutingContext> generate(BiFunction<Fields, ServedModel, ParsedRequest> parser) {
    return c -> {
      Fields fields = body(c);
      if (ResponseFormat.asked(fields)) {
        serving.useUntil(fields, model -> parsedAside(c, () -> parser.apply(fields, model), model));
      } else {
        serving.use(fields, model -> answer(c, parser.apply(fields, model), model));
      }
    };
  }

  /** A form may take long to compile: the other requests of this event loop do not wait for it. */
  private Future<?> parsedAside(
      RoutingContext c, Callable<ParsedRequest> parser, ServedModel model) {
    return c.vertx()
        .executeBlocking(parser, /* ordered= */ false)
        .onComplete(parsed -> {
          if (!c.response().closed()) {
            guarded(x -> answer(x, result(parsed), model)).handle(c);
          }
        });
  }

  private static <T> T result(AsyncResult<T> done) {
    if (done.succeeded()) {
      return done.result();
    }
    throw done.cause() instanceof RuntimeException e ? e : new IllegalStateException(done.cause());
  }

  private static void answer(RoutingContext c, ParsedRequest request, ServedModel model) {
    Answer answer =
        request.stream()
            ? new StreamedAnswer(request, c.response())
            : new WholeAnswer(request, c.response());
    start(answer, model, c);
  }

  /** Hands an answer's work to a model and notes it for the log. */
  static void start(Answer answer, ServedModel model, RoutingContext c) {
    RequestNotes notes = RequestNotes.of(c);
    notes.generation(model.name(), answer.promptTokens, () -> answer.completionTokens);
    answer.whenGone(notes::gone);
    answer.start(model.engine(), Clients.of(c));
  }

  private void embeddings(RoutingContext c) {
    Fields fields = body(c);
    serving.use(
        fields,
        model -> {
          EmbeddingRequest request = EmbeddingParser.parse(fields, model);
          RequestNotes notes = RequestNotes.of(c);
          int tokens = request.texts().stream().mapToInt(Prompt::length).sum();
          notes.generation(model.name(), tokens, () -> 0);
          new EmbeddingAnswer(request, model, c.response())
              .start(model, Clients.of(c), notes::gone);
        });
  }

  private void models(RoutingContext c) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    serving.models().forEach(model -> data.add(describe(model)));
    Responses.json(c.response(), 200, body);
  }

  private void model(RoutingContext c) {
    String name = c.normalizedPath().substring("/v1/models/".length());
    serving.use(Optional.of(name), model -> Responses.json(c.response(), 200, describe(model)));
  }

  private static ObjectNode describe(ServedModel model) {
    return ModelCard.of(model);
  }

  private void tokenizerInfo(RoutingContext c) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("eos_token", TokenText.END_OF_TEXT);
    Responses.json(
        c.response(), 200, body.putNull("bos_token").putNull("pad_token").putNull("chat_template"));
  }

  private void tokenize(RoutingContext c) {
    Fields fields = body(c);
    fields.allow(Set.of("model", "prompt", "add_special_tokens"));
    serving.use(
        fields,
        model -> {
          String prompt =
              fields
                  .string("prompt")
                  .orElseThrow(() ->
                      ApiException.badRequest(
                          "prompt", "missing_required_parameter", "'prompt' is missing"));
          int[] ids = model.tokens().encode(prompt);
          ObjectNode body = JsonNodeFactory.instance.objectNode();
          ArrayNode array = body.putArray("tokens");
          for (int id : ids) {
            array.add(id);
          }
          Responses.json(
              c.response(),
              200,
              body.put("count", ids.length).put("max_model_len", model.contextLength()));
        });
  }

  private void detokenize(RoutingContext c) {
    Fields fields = body(c);
    fields.allow(Set.of("model", "tokens"));
    serving.use(
        fields,
        model -> {
          TokenText tokens = model.tokens();
          JsonNode ids = fields.get("tokens");
          if (ids == null || !ids.isArray()) {
            throw ApiException.invalid("tokens", "must be an array of ids");
          }
          String text = tokens.decode(CompletionParser.ids("tokens", ids, tokens.vocabularySize()));
          Responses.json(
              c.response(), 200, JsonNodeFactory.instance.objectNode().put("prompt", text));
        });
  }

  /** The fields of a body that was read. */
  static Fields body(RoutingContext c) {
    return new Fields(JsonBody.read(BodyReader.bytes(c)));
  }

  /** Answers what a handler throws. */
  private static Handler<RoutingContext> guarded(Handler<RoutingContext> handler) {
    return c -> {
      try {
        handler.handle(c);
      } catch (ApiException e) {
        Responses.error(c.response(), e);
      } catch (InvalidInputException e) {
        Responses.error(
            c.response(), ApiException.badRequest(null, null, String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        LOG.error("A request failed", e);
        Responses.error(
            c.response(),
            new ApiException(500, null, "internal_error", "the server failed; its log says why"));
      }
    };
  }

  private void failed(RoutingContext c) {
    int status = c.statusCode() < 400 ? 500 : c.statusCode();
    Responses.error(
        c.response(),
        new ApiException(
            status, null, null, status >= 500 ? "the server failed" : "the request was refused"));
  }
}
