package dev.stlm.training.internal.loop;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.data.Masking;
import dev.stlm.training.internal.data.ShortWindows;
import dev.stlm.training.internal.torch.Batch;
import dev.stlm.training.internal.torch.Noise;
import java.util.Optional;

/**
 * What a step reads: a function of the position in the data, the step and how much of the run is
 * over.
 */
final class StepInputs {
  /**
   * The inputs of a step.
   *
   * @param batch sequences that are not masked
   * @param masked the others
   * @param noise what falls out
   * @param next position after the step
   */
  record StepInput(Batch batch, Optional<Batch> masked, Noise noise, long next) {}

  private final TrainingConfig config;
  private final ShortWindows windows;
  private final Optional<Masking> masking;

  /**
   * For a run.
   *
   * @throws InvalidInputException if the objective needs another tokenizer or batch
   */
  StepInputs(TrainingConfig config, TrainingTexts texts) {
    this.config = config;
    this.windows = new ShortWindows(texts.windows(), texts.tokenizer().endOfText());
    this.masking =
        config
            .objective()
            .masking()
            .map(m -> {
              require(
                  texts.tokenizer().type().equals(ByteTokenizer.TYPE),
                  "the tokenizer byte, which has an id for what is masked");
              require(fewest(config.batch()) >= 2, "a --batch of at least 2 sequences");
              return new Masking(m, ByteTokenizer.PAD, config.seed());
            });
  }

  private static int fewest(BatchConfig batch) {
    return Math.min(batch.sequences(), batch.size(0).sequences());
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
  StepInput at(long position, long step, double fraction) {
    BatchConfig.Size size = config.batch().size(fraction);
    int groups = config.batch().accumulation();
    long start = ShortWindows.start(position, size.length());
    Batch batch = windows.batch(start, groups, size.sequences(), size.length());
    double rate = config.objective().dropout().map(d -> d.rate(fraction)).orElse(0.0);
    long next = start + (long) groups * size.sequences() * size.length();
    Noise noise = new Noise(rate, config.seed());
    if (masking.isEmpty()) {
      return new StepInput(batch, Optional.empty(), noise, next);
    }
    Masking.Mix mix = masking.get().of(batch, step);
    return new StepInput(mix.causal(), Optional.of(mix.masked()), noise, next);
  }
}
