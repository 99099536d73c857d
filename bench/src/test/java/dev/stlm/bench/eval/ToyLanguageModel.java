package dev.stlm.bench.eval;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The toy byte model of the end-to-end goldens: a state of one number, ids 0 to 256; the other
 * special ids of our tokenizer have no probability.
 */
public final class ToyLanguageModel implements LanguageModel {
  private final ModelConfig config;
  final AtomicLong idsRead = new AtomicLong();

  public ToyLanguageModel(int contextLength) {
    config =
        new FlatConfig(
            new ByteTokenizer().vocabularySize(),
            contextLength,
            4,
            1,
            new AttentionConfig(1, 1, 4, 10000, false),
            new FfnConfig(4, Activation.RELU2),
            1e-6,
            true,
            Optional.empty());
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Tokenizer tokenizer() {
    return new ByteTokenizer();
  }

  @Override
  public String hash() {
    return "toy";
  }

  @Override
  public Session newSession() {
    return new ToySession(new int[0]);
  }

  @Override
  public void close() {}

  private final class ToySession implements Session {
    private int[] ids;

    ToySession(int[] ids) {
      this.ids = ids;
    }

    @Override
    public int position() {
      return ids.length;
    }

    @Override
    public float[] append(int... more) {
      float[][] last = new float[1][];
      append(more, (i, logits) -> last[0] = logits);
      return last[0];
    }

    @Override
    public void append(int[] more, LogitsSink sink) {
      if (more.length == 0 || ids.length + more.length > config.contextLength()) {
        throw new IllegalStateException(ids.length + " + " + more.length + " ids");
      }
      idsRead.addAndGet(more.length);
      for (int i = 0; i < more.length; i++) {
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = more[i];
        sink.accept(i, logits());
      }
    }

    private float[] logits() {
      long s = 17;
      for (int t : ids) {
        s = (s * 131 + t + 1) % 65521;
      }
      float[] logits = new float[260];
      Arrays.fill(logits, Float.NEGATIVE_INFINITY);
      for (int b = 0; b <= 256; b++) {
        long value = ((s % 1009) * (b + 3) + (s / 1009) * 7 + (long) b * b) % 97;
        logits[b] = value / 16f + (b >= 32 && b <= 126 ? 2 : 0);
      }
      return logits;
    }

    @Override
    public void truncate(int position) {
      ids = Arrays.copyOf(ids, position);
    }

    @Override
    public Session fork() {
      return new ToySession(ids.clone());
    }

    @Override
    public void close() {}
  }
}
