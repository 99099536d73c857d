package dev.stlm.training.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.LanguageModel.VectorSink;
import dev.stlm.model.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prompts as vectors: the mean of what the head sees after each id, then what it sees after the
 * last; {@code [2 · width]}. Of a prompt longer than the context only the end is read.
 */
final class TextFeatures {
  /** Ids that are read together, about. */
  private static final int BATCH = 4096;

  private TextFeatures() {}

  static List<float[]> of(LanguageModel model, List<String> prompts) {
    List<float[]> features = new ArrayList<>(prompts.size());
    List<int[]> batch = new ArrayList<>();
    int ids = 0;
    for (String prompt : prompts) {
      int[] all = model.tokenizer().encodePrompt(prompt.getBytes(StandardCharsets.UTF_8));
      int from = Math.max(0, all.length - model.config().contextLength());
      batch.add(Arrays.copyOfRange(all, from, all.length));
      ids += all.length - from;
      if (ids >= BATCH) {
        read(model, batch, features);
        batch.clear();
        ids = 0;
      }
    }
    if (!batch.isEmpty()) {
      read(model, batch, features);
    }
    return features;
  }

  private static void read(LanguageModel model, List<int[]> batch, List<float[]> features) {
    int width = model.config().width();
    int first = features.size();
    List<Session> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < batch.size(); i++) {
        sessions.add(model.newSession());
        features.add(new float[2 * width]);
      }
      VectorSink sink =
          (sequence, index, vector) -> {
            float[] feature = features.get(first + sequence);
            int length = batch.get(sequence).length;
            for (int d = 0; d < width; d++) {
              feature[d] += vector[d] / length;
            }
            if (index == length - 1) {
              System.arraycopy(vector, 0, feature, width, width);
            }
          };
      model.vectors(sessions, batch, sink);
    } finally {
      sessions.forEach(Session::close);
    }
  }
}
