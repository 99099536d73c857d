package dev.stlm.training.internal.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.internal.torch.Batch;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MaskingTest {
  private static final int MASK = 257;
  private static final int LENGTH = 40;

  @Property(tries = 100)
  void everyMaskedIdIsTheTargetBeforeItAndNothingElseIs(
      @ForAll @IntRange(min = 2, max = 6) int sequences,
      @ForAll @IntRange(min = 1, max = 9) int span,
      @ForAll long seed) {
    Batch batch = batch(2, sequences);
    MaskingConfig config = new MaskingConfig(0.4, 0.3, span);
    Masking.Mix mix = new Masking(config, MASK, seed).of(batch, 3);
    int some = config.sequences(sequences);
    assertThat(mix.masked().sequences()).isEqualTo(some);
    assertThat(mix.causal().sequences()).isEqualTo(sequences - some);
    int[] masked = mix.masked().inputs();
    for (int a = 0; a < 2; a++) {
      for (int s = 0; s < some; s++) {
        int from = (a * some + s) * LENGTH;
        int original = (a * sequences + sequences - some + s) * LENGTH;
        assertThat(masked[from]).isEqualTo(batch.inputs()[original]);
        for (int t = 0; t < LENGTH; t++) {
          boolean hidden = t + 1 < LENGTH && masked[from + t + 1] == MASK;
          assertThat(mix.masked().targets()[from + t])
              .isEqualTo(hidden ? batch.targets()[original + t] : Batch.IGNORED);
          if (masked[from + t] != MASK) {
            assertThat(masked[from + t]).isEqualTo(batch.inputs()[original + t]);
          }
        }
      }
    }
    int[] causal = mix.causal().inputs();
    int kept = (sequences - some) * LENGTH;
    assertThat(Arrays.copyOf(causal, kept)).isEqualTo(Arrays.copyOf(batch.inputs(), kept));
    assertThat(Arrays.copyOfRange(causal, kept, 2 * kept))
        .isEqualTo(
            Arrays.copyOfRange(batch.inputs(), sequences * LENGTH, sequences * LENGTH + kept));
  }

  @Test
  void theShareOfMaskedIdsIsTheRate() {
    MaskingConfig config = new MaskingConfig(0.5, 0.2, 6);
    Masking masking = new Masking(config, MASK, 1);
    long masked = 0;
    int steps = 300;
    for (int step = 1; step <= steps; step++) {
      int[] inputs = masking.of(batch(1, 8), step).masked().inputs();
      masked += Arrays.stream(inputs).filter(id -> id == MASK).count();
    }
    // the first id of a sequence is never masked, and a span may be cut by its end
    assertThat(masked / (steps * 4.0 * LENGTH)).isBetween(0.17, 0.21);
  }

  @Test
  void whatIsMaskedFollowsFromSeedAndStep() {
    Batch batch = batch(1, 4);
    MaskingConfig config = new MaskingConfig(0.5, 0.2, 6);
    int[] first = new Masking(config, MASK, 1).of(batch, 5).masked().inputs();
    assertThat(new Masking(config, MASK, 1).of(batch, 5).masked().inputs()).isEqualTo(first);
    assertThat(new Masking(config, MASK, 1).of(batch, 6).masked().inputs()).isNotEqualTo(first);
    assertThat(new Masking(config, MASK, 2).of(batch, 5).masked().inputs()).isNotEqualTo(first);
  }

  private static Batch batch(int groups, int sequences) {
    int size = groups * sequences * LENGTH;
    int[] inputs = new int[size];
    int[] targets = new int[size];
    for (int i = 0; i < size; i++) {
      inputs[i] = i % LENGTH == 0 ? 256 : i * 7 % 251;
      targets[i] = (i + 1) * 7 % 251;
    }
    return new Batch(groups, sequences, LENGTH, inputs, targets);
  }
}
