package dev.stlm.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.serving.kit.Results;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private final FairQueue queue = new FairQueue();

  @Test
  void oneClientIsServedInOrder() {
    List<Work> works = List.of(add("a", 5), add("a", 1), add("a", 3));
    assertThat(drain()).isEqualTo(works);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aClientWithManyDelaysAnotherByOneOfThem() {
    for (int i = 0; i < 200; i++) {
      add("many", 10);
    }
    assertThat(queue.remove().flow()).isSameAs(queue.flow("many"));
    Work one = add("one", 10);
    Work two = add("one", 10);
    List<Work> order = drain();
    assertThat(order.indexOf(one)).isLessThanOrEqualTo(1);
    assertThat(order.indexOf(two)).isLessThanOrEqualTo(3);
  }

  @Test
  void sharesAreOfTokensAndNotOfRequests() {
    for (int i = 0; i < 100; i++) {
      add("long", 40);
      add("short", 10);
    }
    int tokensOfLong = 0;
    int tokensOfShort = 0;
    for (int i = 0; i < 50; i++) {
      Work work = queue.remove();
      if (work.flow() == queue.flow("long")) {
        tokensOfLong += work.promptTokens();
      } else {
        tokensOfShort += work.promptTokens();
      }
    }
    assertThat(Math.abs(tokensOfLong - tokensOfShort)).isLessThanOrEqualTo(40);
  }

  @Test
  void whatWasGeneratedCounts() {
    Work first = add("a", 10);
    add("a", 10);
    add("b", 10);
    add("b", 10);
    assertThat(queue.remove()).isSameAs(first);
    for (int i = 0; i < 30; i++) {
      first.flow().charge(FairQueue.GENERATED);
    }
    assertThat(queue.remove().flow()).isSameAs(queue.flow("b"));
    assertThat(queue.remove().flow()).isSameAs(queue.flow("b"));
  }

  @Test
  void absenceEarnsNothing() {
    for (int i = 0; i < 100; i++) {
      add("present", 10);
    }
    for (int i = 0; i < 50; i++) {
      queue.remove();
    }
    for (int i = 0; i < 100; i++) {
      add("late", 10);
    }
    int late = 0;
    for (int i = 0; i < 20; i++) {
      late += queue.remove().flow() == queue.flow("late") ? 1 : 0;
    }
    assertThat(late).isBetween(9, 11);
  }

  @Test
  void whatIsTakenOutNoLongerCounts() {
    Work gone = add("a", 5);
    Work stays = add("a", 5);
    assertThat(queue.removeIf(w -> w == gone)).containsExactly(gone);
    assertThat(queue.sequences()).isEqualTo(1);
    assertThat(drain()).containsExactly(stays);
  }

  private Work add(String client, int tokens) {
    GenerationRequest request =
        new GenerationRequest(
            Prompt.of(new int[tokens]),
            1,
            1,
            Sampling.of(SamplerConfig.greedy()),
            List.of(),
            -1,
            false);
    Work work = new Generation(queue.flow(client), request, new Results(1), Long.MAX_VALUE / 2);
    queue.add(work);
    return work;
  }

  private List<Work> drain() {
    List<Work> order = new ArrayList<>();
    while (!queue.isEmpty()) {
      order.add(queue.remove());
    }
    return order;
  }
}
