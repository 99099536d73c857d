package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuardTest {
  @Test
  void withoutFailuresTheRateIsAsPlanned() {
    assertThat(new Guard(Guard.State.CALM).rateFactor(1)).isEqualTo(1);
  }

  @Test
  void aFailureHalvesTheRateForAWhile() {
    Guard guard = new Guard(Guard.State.CALM);
    assertThat(guard.failed(10)).isTrue();
    assertThat(guard.rateFactor(11)).isEqualTo(0.5);
    assertThat(guard.rateFactor(10 + Guard.CALM)).isEqualTo(0.5);
    assertThat(guard.rateFactor(11 + Guard.CALM)).isEqualTo(1);
  }

  @Test
  void failuresThatAreForgottenDoNotAddUp() {
    Guard guard = new Guard(Guard.State.CALM);
    for (int i = 0; i < 20; i++) {
      assertThat(guard.failed(1 + i * (Guard.CALM + 1L))).isTrue();
    }
    assertThat(guard.state().recent()).isEqualTo(1);
    assertThat(guard.state().total()).isEqualTo(20);
  }

  @Test
  void itGivesUpAtTheLastOfManyAndAResumedRunCountsOn() {
    Guard first = new Guard(Guard.State.CALM);
    for (int step = 1; step < Guard.MOST; step++) {
      assertThat(first.failed(step)).isTrue();
    }
    Guard resumed = new Guard(first.state());
    assertThat(resumed.rateFactor(Guard.MOST)).isEqualTo(Math.pow(0.5, Guard.MOST - 1));
    assertThat(resumed.failed(Guard.MOST)).isFalse();
  }
}
