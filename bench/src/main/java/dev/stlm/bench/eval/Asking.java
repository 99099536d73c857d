package dev.stlm.bench.eval;

import dev.stlm.bench.results.AnswerRow;
import dev.stlm.bench.results.ResultWriter;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import java.util.List;
import java.util.function.BiConsumer;

/** Sends open requests to a model, kind by kind, and keeps the answers. */
record Asking(
    ResultWriter writer, String modelHash, Evaluation.Listener listener, List<PlacedRequest> open) {

  void ask(EvalModel model) {
    long done = 0;
    done += ask(EvalRequest.LogLikelihood.class, model::loglikelihood, done);
    done += ask(EvalRequest.Rolling.class, model::rolling, done);
    ask(EvalRequest.Generate.class, model::generate, done);
  }

  private <T extends EvalRequest> long ask(
      Class<T> kind, BiConsumer<List<T>, EvalModel.AnswerSink> method, long doneBefore) {
    List<PlacedRequest> places = open.stream().filter(p -> kind.isInstance(p.request)).toList();
    if (places.isEmpty()) {
      return 0;
    }
    long[] done = {doneBefore};
    method.accept(
        places.stream().map(p -> kind.cast(p.request)).toList(),
        (i, answer, micros) -> {
          PlacedRequest p = places.get(i);
          p.answer = answer;
          writer.add(row(p, answer, micros));
          listener.answered(++done[0]);
        });
    return places.size();
  }

  private AnswerRow row(PlacedRequest p, Answer answer, long micros) {
    return new AnswerRow(
        p.sha256,
        p.request.kind(),
        p.task.name(),
        p.task.version(),
        p.document,
        p.index,
        modelHash,
        answer.logLikelihood(),
        answer.greedy(),
        answer.text(),
        micros);
  }
}
