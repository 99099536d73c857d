package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.engine.Embedding;
import dev.stlm.serving.engine.EmbeddingListener;
import dev.stlm.serving.engine.EngineRefusal;
import dev.stlm.serving.engine.GenerationListener.Failure;
import dev.stlm.serving.engine.Prompt;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The answer to a request for embeddings: takes them from the engine's thread and sends them all
 * together on the request's event loop. Stops the engine's work when the client leaves.
 */
final class EmbeddingAnswer {
  private final EmbeddingRequest request;
  private final String model;
  private final HttpServerResponse response;
  private final Context context = Vertx.currentContext();
  private final float[][] vectors; // [text][width]
  private List<Embedding> embeddings = List.of();
  private int missing;
  private boolean over;

  EmbeddingAnswer(EmbeddingRequest request, ServedModel model, HttpServerResponse response) {
    this.request = request;
    this.model = model.name();
    this.response = response;
    this.missing = request.texts().size();
    this.vectors = new float[missing][];
  }

  /**
   * Hands the texts to the engine.
   *
   * @param client whose request it is
   * @param whenGone what else to do when the client leaves before the answer
   * @throws ApiException with status 429 or 503 if the engine does not take it
   */
  void start(ServedModel served, String client, Runnable whenGone) {
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      listeners.add(new Listener(i));
    }
    response.closeHandler(closed -> {
      whenGone.run();
      leave();
    });
    response.exceptionHandler(failure -> leave());
    try {
      embeddings = served.engine().embed(client, request.texts(), listeners);
    } catch (EngineRefusal e) {
      over = true;
      throw ApiException.of(e);
    }
  }

  private final class Listener implements EmbeddingListener {
    private final int text;

    Listener(int text) {
      this.text = text;
    }

    @Override
    public void embedded(float[] vector) {
      context.runOnContext(ignored -> take(text, vector));
    }

    @Override
    public void failed(Failure failure) {
      context.runOnContext(ignored -> fail(failure));
    }
  }

  private void take(int text, float[] vector) {
    vectors[text] = vector;
    if (--missing == 0 && !over) {
      over = true;
      Responses.json(response, 200, body());
    }
  }

  private void fail(Failure failure) {
    if (!over) {
      leave();
      Responses.error(response, ApiException.of(failure));
    }
  }

  private void leave() {
    if (!over) {
      over = true;
      embeddings.forEach(Embedding::cancel);
    }
  }

  private ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("object", "list").put("model", model);
    ArrayNode data = body.putArray("data");
    for (int i = 0; i < vectors.length; i++) {
      ObjectNode item = data.addObject().put("object", "embedding").put("index", i);
      if (request.base64()) {
        item.put("embedding", base64(vectors[i]));
      } else {
        ArrayNode numbers = item.putArray("embedding");
        for (float x : vectors[i]) {
          numbers.add(x);
        }
      }
    }
    int tokens = request.texts().stream().mapToInt(Prompt::length).sum();
    body.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return body;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
