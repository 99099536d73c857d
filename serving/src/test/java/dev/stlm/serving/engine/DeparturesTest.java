package dev.stlm.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeparturesTest {
  private static final long SECOND = 1_000_000_000L;

  private final Departures departures = new Departures();

  @Test
  void withoutAnyItIsASecond() {
    assertThat(departures.secondsFor(1000, 5 * SECOND)).isEqualTo(1);
  }

  @Test
  void theSpeedIsThatOfTheLast() {
    for (int i = 0; i <= 10; i++) {
      departures.left(1, i * SECOND); // one a second
    }
    assertThat(departures.secondsFor(3, 11 * SECOND)).isEqualTo(3);
    for (int i = 0; i < 1000; i++) {
      departures.left(1, 11 * SECOND + i * SECOND / 100);
    }
    assertThat(departures.secondsFor(300, 21 * SECOND)).isEqualTo(3);
  }

  @Test
  void itIsNeverMoreThanAMinute() {
    departures.left(1, 0);
    assertThat(departures.secondsFor(100, 3600 * SECOND)).isEqualTo(60);
  }
}
