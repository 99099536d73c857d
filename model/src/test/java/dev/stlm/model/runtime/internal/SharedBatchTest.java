package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.LanguageModel.BatchLogitsSink;
import dev.stlm.model.Session;
import dev.stlm.model.config.Presets;
import dev.stlm.model.kit.TinyModels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches whose sessions are shared among threads. */
class SharedBatchTest {
  private static final BatchLogitsSink ALL = (_, _, _) -> {};

  @Test
  void sharesHaveAboutAsManyRows() {
    List<int[]> ids = lengths(7, 1, 1, 1, 1, 1, 1, 1);
    SharedBatch batch = SharedBatch.of(ids, ALL, 260, 2).orElseThrow();
    assertThat(batch.shares()).isEqualTo(2);
    assertThat(batch.ids(0).stream().mapToInt(a -> a.length).sum()).isEqualTo(7);
    assertThat(batch.ids(1)).hasSize(7);
    assertThat(batch.of(0, List.of("a", "b", "c", "d", "e", "f", "g", "h"))).containsExactly("a");
  }

  @Test
  void whatIsNotWorthItIsNotShared() {
    assertThat(SharedBatch.of(lengths(8, 8), ALL, 260, 1)).as("one thread").isEmpty();
    assertThat(SharedBatch.of(lengths(16), ALL, 260, 2)).as("one session").isEmpty();
    assertThat(SharedBatch.of(lengths(1, 1, 1), ALL, 260, 2)).as("few rows").isEmpty();
    assertThat(SharedBatch.of(lengths(90, 5, 5), ALL, 260, 2)).as("one long session").isEmpty();
    assertThat(SharedBatch.of(lengths(64, 64), ALL, 1 << 14, 2)).as("many results").isEmpty();
    assertThat(SharedBatch.of(lengths(64, 64), lastOf(64), 1 << 14, 2)).isPresent();
  }

  @Test
  void resultsAreGivenSessionBySessionAndOnlyWhereWanted() {
    List<int[]> ids = lengths(3, 3, 3, 3);
    SharedBatch batch = SharedBatch.of(ids, lastOf(3), 1, 2).orElseThrow();
    for (int share = 0; share < batch.shares(); share++) {
      BatchLogitsSink sink = batch.sink(share);
      List<Integer> sessions = batch.of(share, List.of(0, 1, 2, 3));
      float[] row = new float[1];
      for (int i = 0; i < sessions.size(); i++) {
        assertThat(sink.wants(i, 0)).isFalse();
        assertThat(sink.wants(i, 2)).isTrue();
        row[0] = sessions.get(i); // the same array for all, as a pass does it
        sink.accept(i, 2, row);
      }
    }
    List<String> heard = new ArrayList<>();
    batch.deliver((sequence, index, row) -> heard.add(sequence + " " + index + " " + row[0]));
    assertThat(heard).containsExactly("0 2 0.0", "1 2 1.0", "2 2 2.0", "3 2 3.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-pooled"})
  void logitsAreTheSameBitsAndComeOnTheThreadThatAppends(String preset) {
    try (CpuModel model = model(preset, 2)) {
      Random random = new Random(3);
      List<Session> sessions = new ArrayList<>();
      List<int[]> ids = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        sessions.add(model.newSession());
        ids.add(random.ints(1 + random.nextInt(6), 97, 123).toArray());
      }
      assertThat(SharedBatch.of(ids, ALL, 260, 2)).as("what this test is of").isPresent();
      Set<Thread> threads = new HashSet<>();
      List<List<float[]>> together = new ArrayList<>();
      ids.forEach(_ -> together.add(new ArrayList<>()));
      model.append(
          sessions,
          ids,
          (sequence, index, logits) -> {
            threads.add(Thread.currentThread());
            assertThat(together.get(sequence)).hasSize(index);
            together.get(sequence).add(logits.clone());
          });
      assertThat(threads).containsExactly(Thread.currentThread());
      for (int i = 0; i < ids.size(); i++) {
        assertThat(sessions.get(i).position()).isEqualTo(ids.get(i).length);
        try (Session alone = model.newSession()) {
          for (int j = 0; j < ids.get(i).length; j++) {
            assertThat(together.get(i).get(j)).isEqualTo(alone.append(ids.get(i)[j]));
          }
        }
      }
      sessions.forEach(Session::close);
    }
  }

  @Test
  void whatGoesWrongLeavesEverySessionAsItWas() {
    try (CpuModel model = model("tiny", 2)) {
      List<Session> sessions = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        sessions.add(model.newSession());
      }
      model.append(sessions, lengths(2, 2, 2, 2, 2, 2, 2, 2));
      assertThatThrownBy(() ->
              model.append(
                  sessions,
                  lengths(1, 1, 1, 1, 1, 1, 1, 1),
                  (sequence, _, _) -> {
                    if (sequence == 5) {
                      throw new IllegalStateException("full");
                    }
                  }))
          .hasMessage("full");
      assertThat(sessions).allMatch(s -> s.position() == 2);
      sessions.forEach(Session::close);
    }
  }

  private static CpuModel model(String preset, int threads) {
    return new CpuModel(
        TinyModels.random(Presets.named(preset), 1), new ScalarKernels(), new WorkerPool(threads));
  }

  private static List<int[]> lengths(int... lengths) {
    List<int[]> ids = new ArrayList<>();
    for (int length : lengths) {
      int[] one = new int[length];
      java.util.Arrays.fill(one, 97);
      ids.add(one);
    }
    return ids;
  }

  private static BatchLogitsSink lastOf(int length) {
    return new BatchLogitsSink() {
      @Override
      public boolean wants(int sequence, int index) {
        return index == length - 1;
      }

      @Override
      public void accept(int sequence, int index, float[] logits) {}
    };
  }
}
