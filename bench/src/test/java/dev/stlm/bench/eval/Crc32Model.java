package dev.stlm.bench.eval;

import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** The fake model of the whole-data-set goldens: a hash of the request is its likelihood. */
public class Crc32Model implements EvalModel {
  private final String hash;

  public Crc32Model() {
    this("crc32");
  }

  public Crc32Model(String hash) {
    this.hash = hash;
  }

  @Override
  public ModelFacts facts() {
    return new ModelFacts("crc32", hash, "fake", 0, 0);
  }

  @Override
  public void loglikelihood(List<EvalRequest.LogLikelihood> requests, AnswerSink sink) {
    for (int i = 0; i < requests.size(); i++) {
      EvalRequest.LogLikelihood r = requests.get(i);
      sink.accept(i, answer(r.context() + "\0" + r.continuation(), r.continuation()), i);
    }
  }

  @Override
  public void rolling(List<EvalRequest.Rolling> requests, AnswerSink sink) {
    for (int i = 0; i < requests.size(); i++) {
      String text = requests.get(i).text();
      sink.accept(i, answer(text, text), i);
    }
  }

  @Override
  public void generate(List<EvalRequest.Generate> requests, AnswerSink sink) {
    for (int i = 0; i < requests.size(); i++) {
      sink.accept(i, Answer.generated("text " + i), i);
    }
  }

  private static Answer answer(String hashed, String scored) {
    CRC32 crc = new CRC32();
    crc.update(hashed.getBytes(StandardCharsets.UTF_8));
    long h = crc.getValue();
    int length = scored.getBytes(StandardCharsets.UTF_8).length;
    return Answer.likelihood(-(h % 100003) / 1000.0 - 0.5 * length, h % 7 == 0);
  }

  @Override
  public void close() {}
}
