package dev.stlm.bench.task;

import dev.stlm.model.storage.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** One question to a model, in text only, so that any tokenizer and any server can be asked. */
public sealed interface EvalRequest {
  /** The kind's name, as it is written into results. */
  String kind();

  /** The texts that make the request, in order. */
  List<String> arguments();

  /** SHA-256 over kind and arguments: names the request in results. */
  default byte[] sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update(kind().getBytes(StandardCharsets.UTF_8));
    for (String argument : arguments()) {
      digest.update((byte) 0);
      digest.update(argument.getBytes(StandardCharsets.UTF_8));
    }
    return digest.digest();
  }

  /**
   * How likely is the continuation after the context?
   *
   * @param context may be empty: then the model's prefix token stands for it
   * @param continuation not empty
   */
  record LogLikelihood(String context, String continuation) implements EvalRequest {
    @Override
    public String kind() {
      return "loglikelihood";
    }

    @Override
    public List<String> arguments() {
      return List.of(context, continuation);
    }
  }

  /**
   * How likely is a text, window by window?
   *
   * @param context what comes before it, as far as the model can see; not scored, may be empty
   * @param text what is scored
   */
  record Rolling(String context, String text) implements EvalRequest {
    /** A whole text. */
    public Rolling(String text) {
      this("", text);
    }

    @Override
    public String kind() {
      return "loglikelihood_rolling";
    }

    @Override
    public List<String> arguments() {
      return context.isEmpty() ? List.of(text) : List.of(context, text);
    }
  }

  /**
   * What does the model write after the context, always taking the most likely token?
   *
   * @param stop generation ends before the first of these; they are not part of the answer
   * @param maxTokens the most tokens to write, at least 1
   */
  record Generate(String context, List<String> stop, int maxTokens) implements EvalRequest {
    public Generate {
      stop = List.copyOf(stop);
      if (maxTokens < 1) {
        throw new IllegalArgumentException("maxTokens " + maxTokens + " is below 1");
      }
    }

    @Override
    public String kind() {
      return "generate_until";
    }

    @Override
    public List<String> arguments() {
      List<String> all = new ArrayList<>(stop.size() + 2);
      all.add(context);
      all.add(Integer.toString(maxTokens));
      all.addAll(stop);
      return all;
    }
  }
}
