package dev.stlm.serving.log;

import io.vertx.ext.web.RoutingContext;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What handlers know of a request and its log line says: for one request, on its event loop. There
 * is no place for texts, on purpose.
 */
public final class RequestNotes {
  private static final String KEY = "stlm.notes";

  private @Nullable String key;
  private @Nullable String model;
  private int promptTokens = -1;
  private IntSupplier generatedTokens = () -> -1;

  private Runnable whenGone = () -> {};

  private RequestNotes() {}

  /** The notes of a request. */
  public static RequestNotes of(RoutingContext c) {
    RequestNotes notes = c.get(KEY);
    if (notes == null) {
      notes = new RequestNotes();
      c.put(KEY, notes);
    }
    return notes;
  }

  /** Whose API key was used: its name. */
  public void key(String holder) {
    key = holder;
  }

  /**
   * What is generated.
   *
   * @param modelName the model, as the server names it
   * @param prompt tokens of the prompts
   * @param generated tokens that have been generated so far; asked when the answer ends
   */
  public void generation(String modelName, int prompt, IntSupplier generated) {
    model = modelName;
    promptTokens = prompt;
    generatedTokens = generated;
  }

  /** The client has left; for who takes the response's own notice of that. */
  public void gone() {
    whenGone.run();
  }

  void whenGone(Runnable action) {
    whenGone = action;
  }

  /** Whose API key was used, if one was. */
  public @Nullable String key() {
    return key;
  }

  @Nullable String model() {
    return model;
  }

  int promptTokens() {
    return promptTokens;
  }

  int generatedTokens() {
    return generatedTokens.getAsInt();
  }
}
