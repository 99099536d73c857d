package dev.stlm.model.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.score.Loglikelihood.Request;
import dev.stlm.model.score.Loglikelihood.Result;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LoglikelihoodTest {
  private static final LanguageModel MODEL = ModelRuntimes.load("cpu", TinyModels.plain());
  private static final int CONTEXT = 96;

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void requestsThatShareBeginningsScoreAsEachAlone() {
    Random random = new Random(2);
    List<Request> requests = new ArrayList<>();
    for (int group = 0; group < 12; group++) {
      int[] context = ids(random, 1 + random.nextInt(40));
      int[] stem = ids(random, random.nextInt(20));
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        int[] end = ids(random, 1 + random.nextInt(10));
        int[] continuation = Arrays.copyOf(stem, stem.length + end.length);
        System.arraycopy(end, 0, continuation, stem.length, end.length);
        requests.add(new Request(context, continuation));
      }
      // what is context here is continuation there
      requests.add(new Request(Arrays.copyOf(context, 1), concat(context, stem)));
    }
    requests.add(requests.getFirst());
    requests.add(new Request(new int[] {256}, new int[0]));
    List<Result> results = Loglikelihood.score(MODEL, requests);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(results.get(i)).as("request %d", i).isEqualTo(plain(requests.get(i)));
    }
  }

  @Test
  void aSequencePrefixedByAnotherScoresAsAlone() {
    List<Request> requests = new ArrayList<>();
    for (int n = 1; n < 20; n++) {
      int[] ids = ids(new Random(1), n);
      requests.add(new Request(new int[] {256}, ids));
    }
    List<Result> results = Loglikelihood.score(MODEL, requests);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(results.get(i)).isEqualTo(plain(requests.get(i)));
    }
  }

  @Test
  void theMostLikelyContinuationIsGreedy() {
    int[] context = {256, 72, 105};
    int[] best = new int[6];
    try (Session session = MODEL.newSession()) {
      float[] logits = session.append(context);
      for (int i = 0; i < best.length; i++) {
        best[i] = LogSoftmax.argmax(logits);
        logits = session.append(best[i]);
      }
    }
    assertThat(Loglikelihood.score(MODEL, context, best).greedy()).isTrue();
    int[] other = best.clone();
    other[5] = (best[5] + 1) % 256;
    assertThat(Loglikelihood.score(MODEL, context, other).greedy()).isFalse();
  }

  @Test
  void aLongContextLosesItsBeginning() {
    Random random = new Random(3);
    int[] context = ids(random, 200);
    int[] continuation = ids(random, 10);
    int[] kept = Arrays.copyOfRange(context, 200 - (CONTEXT + 1 - 10), 200);
    assertThat(Loglikelihood.score(MODEL, context, continuation))
        .isEqualTo(Loglikelihood.score(MODEL, kept, continuation));
  }

  @Test
  void whatCanNotBeScoredIsRefused() {
    assertThatThrownBy(() -> Loglikelihood.score(MODEL, new int[0], new int[] {1}))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Loglikelihood.score(MODEL, new int[] {1}, new int[CONTEXT + 1]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("97");
    assertThat(Loglikelihood.score(MODEL, new int[] {1}, new int[CONTEXT]).logLikelihood())
        .isNegative();
  }

  private static Result plain(Request request) {
    double sum = 0;
    boolean greedy = true;
    try (Session session = MODEL.newSession()) {
      float[] logits = session.append(request.context());
      for (int id : request.continuation()) {
        sum += LogSoftmax.of(logits, id);
        greedy &= LogSoftmax.argmax(logits) == id;
        logits = session.append(id);
      }
    }
    return new Result(sum, greedy);
  }

  private static int[] ids(Random random, int count) {
    return random.ints(count, 0, 256).toArray();
  }

  private static int[] concat(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
