package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import dev.stlm.training.internal.torch.Teacher;
import dev.stlm.training.outer.OuterLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a run is made of; see {@code TrainingRun.Builder}.
 *
 * @param start the model, that of {@code resumed} if there is one
 * @param resumed what an earlier run saved, if this one goes on with it
 * @param text what is learned
 * @param validation what is measured; if absent, a share of the text
 * @param holdOut that share
 * @param device where it computes
 * @param teacher to learn from, if any
 * @param teacherPath where it came from, if it came from a path
 * @param keepZeros whether what is zero stays zero
 * @param directory where it writes, if it does
 * @param keptSteps checkpoints of single steps that stay; 0 for none
 * @param sampleBytes of a sample text, at most; 0 for none
 * @param outer with other workers, if there are any
 * @param listeners hear of the run, in this order
 */
public record RunSetup(
    Checkpoint start,
    Optional<RunDirectory.Saved> resumed,
    TrainingText text,
    Optional<Path> validation,
    double holdOut,
    TrainingConfig config,
    String device,
    Optional<Teacher> teacher,
    Optional<Path> teacherPath,
    boolean keepZeros,
    Optional<RunDirectory> directory,
    int keptSteps,
    int sampleBytes,
    Optional<OuterLoop> outer,
    List<TrainingListener> listeners) {
  public RunSetup {
    listeners = List.copyOf(listeners);
  }
}
