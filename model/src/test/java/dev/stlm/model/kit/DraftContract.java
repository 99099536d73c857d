package dev.stlm.model.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What drafts of later ids depend on, and that they change nothing. */
abstract class DraftContract extends CausalityContract {
  /** Every variant that has drafts, by name. */
  public static Stream<Named<Checkpoint>> drafting() {
    return variants().filter(c -> c.getPayload().config().futureIds().isPresent());
  }

  @ParameterizedTest
  @MethodSource("drafting")
  void draftsFollowFromTheIdsHoweverTheyWereRead(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 50, 31);
    int[] guesses = ids(checkpoint, 16, 33);
    try (LanguageModel model = load(checkpoint);
        Session oneByOne = model.newSession();
        Session tooMany = model.newSession()) {
      int most = model.draftLength();
      assertThat(most).isEqualTo(checkpoint.config().futureIds().orElseThrow());
      tooMany.append(Arrays.copyOf(ids, 20));
      for (int t = 0; t < 40; t++) {
        oneByOne.append(ids[t]);
        if (t < 20) {
          continue;
        }
        // as speculation reads: further ids, then back to the ones that were right
        tooMany.append(Arrays.copyOfRange(ids, t, t + 3));
        tooMany.truncate(t + 1);
        try (Session whole = model.newSession();
            Session fork = oneByOne.fork()) {
          whole.append(Arrays.copyOf(ids, t + 1));
          for (int count = most; count >= 1; count--) {
            float[] expected = draft(whole, guesses, count);
            assertClose(draft(oneByOne, guesses, count), expected);
            assertClose(draft(tooMany, guesses, count), expected);
            assertClose(draft(fork, guesses, count), expected);
          }
          assertClose(fork.append(ids[t + 1]), whole.append(ids[t + 1]));
        }
        assertThat(oneByOne.position()).isEqualTo(t + 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drafting")
  void aDraftDependsOnItsGuessesAndNoMore(Checkpoint checkpoint) {
    int[] guesses = ids(checkpoint, 17, 35);
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      session.append(ids(checkpoint, 30, 37));
      for (int count = 1; count <= model.draftLength(); count++) {
        float[] before = draft(session, guesses, count);
        for (int i = 0; i <= count; i++) {
          int[] changed = guesses.clone();
          changed[i] = (guesses[i] + 1) % 256;
          float distance = distance(draft(session, changed, count), before);
          if (i < count) {
            assertThat(distance).isGreaterThan(10 * tolerance());
          } else {
            assertThat(distance).isLessThanOrEqualTo(tolerance());
          }
        }
        assertClose(draft(session, guesses, count), before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drafting")
  void whatCanNotBeDraftedIsRefused(Checkpoint checkpoint) {
    try (LanguageModel model = load(checkpoint);
        Session session = model.newSession()) {
      int most = model.draftLength();
      float[] logits = new float[checkpoint.config().vocabularySize()];
      assertThatThrownBy(() -> session.draft(new int[] {1}, 1, logits))
          .isInstanceOf(IllegalStateException.class);
      session.append(1, 2, 3);
      session.truncate(0);
      assertThatThrownBy(() -> session.draft(new int[] {1}, 1, logits))
          .isInstanceOf(IllegalStateException.class);
      session.append(1, 2, 3);
      assertThatThrownBy(() -> session.draft(new int[] {1}, 0, logits))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.draft(new int[] {1}, 2, logits))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.draft(new int[most + 1], most + 1, logits))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(most));
      assertThatThrownBy(() -> session.draft(new int[] {logits.length}, 1, logits))
          .isInstanceOf(InvalidInputException.class);
      session.draft(new int[] {1, logits.length}, 1, logits);
    }
  }

  @Test
  void aModelWithoutDraftsSaysSo() {
    try (LanguageModel model = load(TinyModels.plain());
        Session session = model.newSession()) {
      session.append(1);
      assertThat(model.draftLength()).isZero();
      assertThatThrownBy(() -> session.draft(new int[] {1}, 1, new float[260]))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  private static float[] draft(Session session, int[] guesses, int count) {
    float[] logits = new float[260];
    session.draft(guesses, count, logits);
    return logits;
  }
}
