package dev.stlm.training.internal.loop;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.data.Masking;
import dev.stlm.training.internal.data.ShortWindows;
import dev.stlm.training.internal.torch.Batch;
import dev.stlm.training.internal.torch.Noise;
import java.util.Optional;

/**
 * What a step reads and what falls out in it: a function of the position in the data, the step and
 * how much of the run is over.
 */
final class StepInputs {
  /**
   * What a step reads.
   *
   * @param batch sequences that are not masked
   * @param masked the others
   * @param next position after the step
   */
  record Input(Batch batch, Optional<Batch> masked, long next) {}

  private final TrainingConfig config;
  private final ShortWindows windows;
  private final Optional<Masking> masking;

  StepInputs(TrainingConfig config, TrainingTexts texts) {
    this.config = config;
    this.windows =
        new ShortWindows(
            texts.windows(), config.batch().sequenceLength(), texts.tokenizer().endOfText());
    this.masking =
        config.objective().masking().map(m -> new Masking(m, ByteTokenizer.PAD, config.seed()));
  }

  /**
   * Checks that a run can have masked sequences and a ramp, if it is to.
   *
   * @throws InvalidInputException if not
   */
  static void requireFits(TrainingConfig config, Tokenizer tokenizer) {
    boolean task = config.fineTuning().task().isPresent();
    if (task && config.batch().ramp().isPresent()) {
      throw new InvalidInputException(
          "training: the examples of a task are not cut into shorter ones; leave the ramp out");
    }
    if (config.objective().masking().isPresent()) {
      require(!task, "a text, not the examples of a task");
      require(
          tokenizer.type().equals(ByteTokenizer.TYPE),
          "the tokenizer byte, which has an id for what is masked");
      BatchConfig batch = config.batch();
      int fewest = Math.min(batch.sequences(), batch.size(0).sequences());
      require(fewest >= 2, "a --batch of at least 2 sequences");
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new InvalidInputException("training: masked sequences need " + what);
    }
  }

  /**
   * The inputs of the step that begins at a position.
   *
   * @param position ids read so far
   * @param step from 1
   * @param fraction how much of the run is over before it, from 0 to 1
   */
  Input at(long position, long step, double fraction) {
    BatchConfig.Size size = config.batch().size(fraction);
    int groups = config.batch().accumulation();
    long start = ShortWindows.start(position, size.length());
    Batch batch = windows.batch(start, groups, size.sequences(), size.length());
    long next = start + (long) groups * size.sequences() * size.length();
    if (masking.isEmpty()) {
      return new Input(batch, Optional.empty(), next);
    }
    Masking.Mix mix = masking.get().of(batch, step);
    return new Input(mix.causal(), Optional.of(mix.masked()), next);
  }

  /** What falls out at this point of a run. */
  Noise noise(double fraction) {
    return config
        .objective()
        .dropout()
        .map(d -> new Noise(d.rate(fraction), config.seed()))
        .orElse(Noise.NONE);
  }
}
