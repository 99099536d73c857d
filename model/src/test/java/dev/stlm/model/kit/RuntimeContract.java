package dev.stlm.model.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every runtime keeps, whatever the model: extend it, say how a checkpoint is loaded, and all
 * of its tests run on every variant of {@link TinyModels}.
 */
public abstract class RuntimeContract extends DraftContract {
  @ParameterizedTest
  @MethodSource("variants")
  void wholeTextAndByteByByteAndPiecesGiveTheSameLogits(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 90, 7);
    try (LanguageModel model = load(checkpoint)) {
      List<float[]> whole = all(model, ids);
      try (Session oneByOne = model.newSession();
          Session pieces = model.newSession()) {
        for (int i = 0; i < ids.length; i++) {
          assertClose(oneByOne.append(ids[i]), whole.get(i));
        }
        for (int from = 0, size = 1; from < ids.length; from += size, size = size % 23 + 3) {
          int to = Math.min(ids.length, from + size);
          float[] logits = pieces.append(Arrays.copyOfRange(ids, from, to));
          assertClose(logits, whole.get(to - 1));
          assertThat(pieces.position()).isEqualTo(to);
          size = to - from;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aBatchOfSessionsGivesWhatEachGivesAlone(Checkpoint checkpoint) {
    try (LanguageModel model = load(checkpoint)) {
      List<Session> together = new ArrayList<>();
      List<Session> alone = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        together.add(model.newSession());
        alone.add(model.newSession());
      }
      for (int round = 0; round < 3; round++) {
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          ids.add(ids(checkpoint, 1 + (7 * i + 5 * round) % 19, 31 * round + i));
        }
        List<float[]> logits = model.append(together, ids);
        for (int i = 0; i < 5; i++) {
          assertClose(logits.get(i), alone.get(i).append(ids.get(i)));
          assertThat(together.get(i).position()).isEqualTo(alone.get(i).position());
        }
      }
      together.forEach(Session::close);
      alone.forEach(Session::close);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aBatchWithASinkGivesEveryWantedPosition(Checkpoint checkpoint) {
    int vocabulary = checkpoint.config().vocabularySize();
    List<int[]> ids = List.of(ids(checkpoint, 13, 1), ids(checkpoint, 90, 2), new int[] {3});
    try (LanguageModel model = load(checkpoint)) {
      List<Session> sessions = new ArrayList<>();
      ids.forEach(_ -> sessions.add(model.newSession()));
      List<List<float[]>> got = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      model.append(
          sessions,
          ids,
          new LanguageModel.BatchLogitsSink() {
            @Override
            public boolean wants(int sequence, int index) {
              return index % 3 != 1;
            }

            @Override
            public void accept(int sequence, int index, float[] logits) {
              List<float[]> list = got.get(sequence);
              while (list.size() % 3 == 1 && index > list.size()) {
                list.add(new float[vocabulary]);
              }
              assertThat(index).isEqualTo(list.size());
              list.add(logits.clone());
            }
          });
      for (int i = 0; i < ids.size(); i++) {
        List<float[]> expected = all(model, ids.get(i));
        for (int t = 0; t < expected.size(); t++) {
          if (t % 3 != 1) {
            assertClose(got.get(i).get(t), expected.get(t));
          }
        }
      }
      sessions.forEach(Session::close);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void truncatingAndReadingAgainIsReadingOnce(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 90, 5);
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      List<float[]> whole = all(model, ids);
      session.append(ids(checkpoint, 96, 6));
      for (int keep : new int[] {0, 80, 64, 63, 65, 1}) {
        session.truncate(Math.min(keep, session.position()));
        assertThat(session.position()).isEqualTo(keep);
        session.truncate(0);
        session.append(Arrays.copyOf(ids, 85));
        session.truncate(keep);
        for (int i = keep; i < ids.length; i++) {
          assertClose(session.append(ids[i]), whole.get(i));
        }
      }
      assertThatThrownBy(() -> session.truncate(ids.length + 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void forksGoOnIndependently(Checkpoint checkpoint) {
    int[] common = ids(checkpoint, 40, 8);
    int[] left = ids(checkpoint, 50, 9);
    int[] right = ids(checkpoint, 50, 10);
    try (LanguageModel model = load(checkpoint);
        Session a = model.newSession()) {
      a.append(common);
      try (Session b = a.fork()) {
        assertThat(b.position()).isEqualTo(40);
        for (int i = 0; i < left.length; i++) {
          float[] la = a.append(left[i]);
          float[] lb = b.append(right[i]);
          if (i % 7 == 0) {
            assertClose(la, all(model, concat(common, Arrays.copyOf(left, i + 1))).getLast());
            assertClose(lb, all(model, concat(common, Arrays.copyOf(right, i + 1))).getLast());
          }
        }
        // back into what they share, then apart again
        a.truncate(30);
        a.append(right);
        b.truncate(40);
        float[] again = b.append(right);
        assertClose(again, all(model, concat(common, right)).getLast());
      }
      a.truncate(30);
      a.append(Arrays.copyOfRange(common, 30, 40));
      assertClose(a.append(left), all(model, concat(common, left)).getLast());
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void goingBackToAnyPositionIsHavingReadThatMuch(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 70, 13);
    int[] other = ids(checkpoint, 70, 15);
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      List<float[]> whole = all(model, ids);
      session.append(ids);
      for (int keep = ids.length - 1; keep >= 0; keep--) {
        session.truncate(keep);
        assertClose(session.append(ids[keep]), whole.get(keep));
        if (keep % 10 == 3) {
          session.append(Arrays.copyOfRange(other, keep + 1, other.length));
          session.truncate(keep + 1);
        }
      }
      for (int i = 1; i < ids.length; i++) {
        assertClose(session.append(ids[i]), whole.get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void forksAtAnyPositionGoOnIndependently(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 60, 17);
    int[] other = ids(checkpoint, 9, 19);
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      List<float[]> whole = all(model, ids);
      for (int t = 0; t < ids.length; t++) {
        assertClose(session.append(ids[t]), whole.get(t));
        if (t % 4 == 0) {
          try (Session fork = session.fork()) {
            float[] logits = fork.append(other);
            assertClose(logits, all(model, concat(Arrays.copyOf(ids, t + 1), other)).getLast());
            fork.truncate(t / 2);
            assertClose(fork.append(ids[t / 2]), whole.get(t / 2));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void sessionsThatReadIdByIdTogetherGiveWhatEachGivesAlone(Checkpoint checkpoint) {
    try (LanguageModel model = load(checkpoint)) {
      List<Session> sessions = new ArrayList<>();
      List<int[]> texts = new ArrayList<>();
      List<List<float[]>> whole = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        sessions.add(model.newSession());
        texts.add(ids(checkpoint, 40, 21 + 2 * i));
        whole.add(all(model, texts.get(i)));
      }
      for (int t = 0; t < 40; t++) {
        List<int[]> step = new ArrayList<>();
        for (int[] text : texts) {
          step.add(new int[] {text[t]});
        }
        List<float[]> logits = model.append(sessions, step);
        for (int i = 0; i < 4; i++) {
          assertClose(logits.get(i), whole.get(i).get(t));
        }
      }
      sessions.forEach(Session::close);
    }
  }

  @Test
  void badIdsAreRefusedAndLeaveTheSessionAsItWas() {
    Checkpoint checkpoint = TinyModels.plain();
    int vocabulary = checkpoint.config().vocabularySize();
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession();
        Session same = model.newSession()) {
      session.append(1, 2, 3);
      same.append(1, 2, 3);
      assertThatThrownBy(() -> session.append(4, vocabulary))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(String.valueOf(vocabulary));
      assertThatThrownBy(() -> session.append(-1)).isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> session.append(new int[] {5, 9999}, (_, _) -> {}))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(
              () -> model.append(List.of(session, same), List.of(new int[] {4}, new int[] {-7})))
          .isInstanceOf(InvalidInputException.class);
      assertThat(session.position()).isEqualTo(3);
      assertThat(same.position()).isEqualTo(3);
      assertClose(session.append(4), same.append(4));
    }
  }

  @Test
  void aFullContextRefusesMoreAndLeavesTheSessionAsItWas() {
    Checkpoint checkpoint = TinyModels.plain();
    int length = checkpoint.config().contextLength();
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      assertThatThrownBy(() -> session.append(new int[length + 1]))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(String.valueOf(length));
      assertThat(session.position()).isZero();
      session.append(new int[length]);
      assertThat(session.position()).isEqualTo(length);
      assertThatThrownBy(() -> session.append(1)).isInstanceOf(InvalidInputException.class);
      assertThat(session.position()).isEqualTo(length);
      session.truncate(length - 1);
      assertThat(session.append(0)).hasSize(checkpoint.config().vocabularySize());
    }
  }

  @Test
  void appendingNothingIsRefused() {
    try (LanguageModel model = load(TinyModels.plain());
        Session session = model.newSession()) {
      assertThatThrownBy(() -> session.append()).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aClosedSessionLeavesOthersAlone() {
    Checkpoint checkpoint = TinyModels.plain();
    int[] ids = ids(checkpoint, 80, 11);
    try (LanguageModel model = load(checkpoint);
        Session kept = model.newSession()) {
      kept.append(Arrays.copyOf(ids, 70));
      Session gone = kept.fork();
      gone.append(1, 2, 3);
      gone.close();
      gone.close();
      try (Session other = model.newSession()) {
        other.append(ids(checkpoint, 90, 12));
        assertClose(kept.append(Arrays.copyOfRange(ids, 70, 80)), all(model, ids).getLast());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aSinkThatThrowsLeavesTheSessionAsItWas(Checkpoint checkpoint) {
    int[] ids = TinyTexts.words(40, 4);
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      List<float[]> whole = all(model, ids);
      session.append(Arrays.copyOf(ids, 9));
      assertThatThrownBy(() ->
              session.append(
                  TinyTexts.words(30, 5),
                  (index, _) -> {
                    if (index == 20) {
                      throw new IllegalStateException("full");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(session.position()).isEqualTo(9);
      for (int i = 9; i < ids.length; i++) {
        assertClose(session.append(ids[i]), whole.get(i));
      }
    }
  }

  @Test
  void aClosedModelRefusesToRun() {
    LanguageModel model = load(TinyModels.plain());
    Session session = model.newSession();
    session.append(1);
    model.close();
    model.close();
    assertThatThrownBy(() -> session.append(2)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(model::newSession).isInstanceOf(IllegalStateException.class);
    session.close();
  }

  @Test
  void theModelSaysWhatItIs() {
    Checkpoint checkpoint = TinyModels.plain();
    try (LanguageModel model = load(checkpoint);
        LanguageModel other = load(TinyModels.random(checkpoint.config(), 99))) {
      assertThat(model.config()).isEqualTo(checkpoint.config());
      assertThat(model.tokenizer().type()).isEqualTo(checkpoint.tokenizer().type());
      assertThat(model.hash()).matches("[0-9a-f]{64}").isNotEqualTo(other.hash());
    }
  }
}
