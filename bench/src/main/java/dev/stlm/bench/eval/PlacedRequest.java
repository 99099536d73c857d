package dev.stlm.bench.eval;

import dev.stlm.bench.results.AnswerRow;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A request, where it stands, and its answer once there is one. */
final class PlacedRequest {
  final EvalTask task;
  final int document;
  final int index;
  final EvalRequest request;
  final String sha256;
  @Nullable Answer answer;

  PlacedRequest(EvalTask task, int document, int index, EvalRequest request) {
    this.task = task;
    this.document = document;
    this.index = index;
    this.request = request;
    this.sha256 = HexFormat.of().formatHex(request.sha256());
  }

  AnswerRow.Key key() {
    return new AnswerRow.Key(task.name(), document, index);
  }

  Answer answered() {
    if (answer == null) {
      throw new IllegalStateException("the model gave no answer to " + key());
    }
    return answer;
  }
}
