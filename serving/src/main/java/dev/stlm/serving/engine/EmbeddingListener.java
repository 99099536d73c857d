package dev.stlm.serving.engine;

/**
 * Hears what becomes of one text to embed; called on the engine's thread, so it must hand over
 * quickly and never block. One call, then no more.
 */
public interface EmbeddingListener {
  /** The mean of the vectors after every id of the text, of length 1: {@code [width]}. */
  void embedded(float[] vector);

  /** There is no result. */
  void failed(GenerationListener.Failure failure);
}
