package dev.stlm.serving.kit;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A model without weights: a state s starts at 17, each id t makes s = (131 s + t + 1) mod 65521,
 * and the logit of id b is (((s mod 1009)(b + 3) + 7 (s div 1009) + b²) mod 97) / 16, plus 2 for
 * printable ASCII. lm-evaluation-harness has scored this model, so its likelihoods are known
 * exactly.
 */
public final class ToyModel implements LanguageModel {
  /** Ids that a session holds. */
  public static final int CONTEXT = 2048;

  private static final ModelConfig CONFIG =
      new FlatConfig(
          257,
          CONTEXT,
          8,
          1,
          new AttentionConfig(1, 1, 8, 10000, false),
          new FfnConfig(8, Activation.SWIGLU),
          1e-5,
          true,
          Optional.empty());

  private final Tokenizer tokenizer = new ToyTokenizer();
  private final Gate gate;

  /** A model that computes when the gate lets it. */
  public ToyModel(Gate gate) {
    this.gate = gate;
  }

  @Override
  public ModelConfig config() {
    return CONFIG;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public String hash() {
    return "70".repeat(32);
  }

  @Override
  public Session newSession() {
    return new ToySession(new int[] {17}, 0);
  }

  @Override
  public void close() {}

  private static float[] logits(int s) {
    float[] logits = new float[257];
    for (int b = 0; b < logits.length; b++) {
      int mixed = (s % 1009 * (b + 3) + s / 1009 * 7 + b * b) % 97;
      logits[b] = mixed / 16f + (b >= 32 && b <= 126 ? 2 : 0);
    }
    return logits;
  }

  private final class ToySession implements Session {
    private int[] states; // after 0, 1, 2 … ids
    private int position;

    ToySession(int[] states, int position) {
      this.states = Arrays.copyOf(states, position + 1);
      this.position = position;
      gate.opened();
    }

    @Override
    public int position() {
      return position;
    }

    @Override
    public float[] append(int... ids) {
      append(ids, (index, logits) -> {});
      return logits(states[position]);
    }

    @Override
    public void append(int[] ids, LogitsSink sink) {
      gate.pass(ids);
      if (position + ids.length > CONTEXT) {
        throw new InvalidInputException("toy: the context is full");
      }
      states = Arrays.copyOf(states, position + ids.length + 1);
      for (int i = 0; i < ids.length; i++) {
        states[position + 1] = (states[position] * 131 + ids[i] + 1) % 65521;
        position++;
        sink.accept(i, logits(states[position]));
      }
    }

    @Override
    public void truncate(int to) {
      position = to;
    }

    @Override
    public Session fork() {
      return new ToySession(states, position);
    }

    @Override
    public void close() {
      gate.closed();
    }
  }
}
