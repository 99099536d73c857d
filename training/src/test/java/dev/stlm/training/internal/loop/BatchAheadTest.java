package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchAheadTest {
  private final List<Long> discarded = new CopyOnWriteArrayList<>();

  @Test
  void batchesComeByTheirStepWhateverWasMadeAhead() {
    try (BatchAhead<Long> ahead = new BatchAhead<>(step -> 10 * step, discarded::add)) {
      assertThat(ahead.take(1)).isEqualTo(10);
      assertThat(ahead.take(2)).isEqualTo(20);
      assertThat(ahead.take(7)).isEqualTo(70);
      assertThat(ahead.take(8)).isEqualTo(80);
    }
    assertThat(discarded).containsExactly(30L, 90L);
  }

  @Test
  void theNextBatchIsMadeBeforeItIsAskedFor() throws InterruptedException {
    CountDownLatch second = new CountDownLatch(2);
    try (BatchAhead<Long> ahead =
        new BatchAhead<>(
            step -> {
              second.countDown();
              return step;
            },
            discarded::add)) {
      ahead.take(1);
      assertThat(second.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whatGoesWrongIsThrownToTheOneWhoTakes() {
    BatchAhead<Long> ahead =
        new BatchAhead<>(
            step -> {
              if (step == 2) {
                throw new InvalidInputException("a damaged shard");
              }
              return step;
            },
            discarded::add);
    assertThat(ahead.take(1)).isEqualTo(1);
    assertThatThrownBy(() -> ahead.take(2)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(ahead::close).isInstanceOf(InvalidInputException.class);
  }
}
