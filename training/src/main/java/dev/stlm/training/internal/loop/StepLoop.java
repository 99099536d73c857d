package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.RunTimes;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.TrainingListener.StepMetrics;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.loop.RunClock.Part;
import dev.stlm.training.internal.torch.Batch;
import dev.stlm.training.internal.torch.Learner;
import dev.stlm.training.internal.torch.Learner.StepResult;
import dev.stlm.training.internal.torch.Noise;
import dev.stlm.training.metric.Metric;
import dev.stlm.training.outer.OuterLoop;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The steps of a run, one after the other, with what comes between them: validation, checkpoints,
 * the way back when a loss is not a number, growth of the model, the exchange with other workers.
 * Every moment is on the clock.
 */
final class StepLoop {
  /** The state to go back to is remembered so often, and with every checkpoint. */
  private static final int REMEMBER_EVERY = 32;

  /** A batch on the device, what it stands for, and where the next one begins. */
  private record Ready(Learner.Prepared batch, int ids, int bytes, long next) {}

  private final RunSetup setup;
  private final TrainingConfig config;
  private final TrainingTexts texts;
  private final RunModel model;
  private final RunProgress progress;
  private final RunClock clock;
  private final RunCheckpoints checkpoints;
  private final List<TrainingListener> listeners;
  private final Schedule schedule;
  private final Pace pace;
  private final Optional<SampleText> sample;
  private final StepInputs inputs;
  private volatile double fractionForData; // how much of the run is over
  private long dataPosition; // of the batch made next, on the thread for data
  private long rememberedStep;
  private RunTimes atLastStep = RunTimes.NONE;

  StepLoop(
      RunSetup setup,
      TrainingTexts texts,
      RunModel model,
      RunProgress progress,
      List<TrainingListener> listeners) {
    this.setup = setup;
    this.config = setup.config();
    this.texts = texts;
    this.model = model;
    this.progress = progress;
    this.clock = progress.clock();
    this.checkpoints = new RunCheckpoints(setup, texts, model, progress);
    this.listeners = listeners;
    this.schedule = new Schedule(config.optimizer().learningRate(), config.schedule());
    this.pace = new Pace(config.budget());
    this.sample = SampleText.of(texts, setup.sampleBytes(), config.seed());
    this.inputs = new StepInputs(config, texts);
  }

  /** Runs to the end of the budget, or until it is asked to stop. */
  TrainingResult run(BooleanSupplier stop) {
    hear(l -> l.started(progress.step(), fraction(), config));
    if (progress.step() == 0) {
      measure();
      tellMeasured();
    }
    remember();
    double validatedAt = fraction();
    while (fraction() < 1 && !stop.getAsBoolean()) {
      if (fraction() >= model.growsAt()) {
        grow();
      }
      validatedAt = steps(model.growsAt(), validatedAt, stop);
    }
    boolean stopped = fraction() < 1;
    if (!stopped && model.growsTo().isPresent()) { // one step was the whole run
      grow();
      validatedAt = 0;
    }
    if (!stopped && passes(validatedAt, 1)) {
      while (!validateAndSave()) {
        // from the weights that were remembered, until the guard gives up
      }
    }
    Checkpoint last = now();
    if (!checkpoints.saved()) {
      save(last);
    }
    TrainingResult result =
        new TrainingResult(
            last,
            progress.step(),
            progress.trainBitsPerByte(),
            progress.validationBitsPerByte(),
            measuredAtTheEnd(last),
            clock.times(),
            stopped);
    hear(l -> l.ended(result));
    return result;
  }

  /**
   * Steps until so much of the run is over, or it is asked to stop.
   *
   * @param validatedAt when the held-out text was measured last
   * @return the same, after them
   */
  private double steps(double end, double validatedAt, BooleanSupplier stop) {
    dataPosition = progress.position();
    try (BatchAhead<Ready> ahead = new BatchAhead<>(this::ready, r -> r.batch().close())) {
      atLastStep = clock.times();
      for (double now = fraction(); now < end && !stop.getAsBoolean(); now = fraction()) {
        double began = clock.seconds();
        boolean good = step(ahead, now);
        pace.stepTook(clock.seconds() - began);
        double after = fraction();
        if (good && passes(validatedAt, after)) {
          boolean skipped = after < 1 && !pace.affordsClosing(clock.seconds());
          validatedAt = skipped || validateAndSave() ? after : validatedAt;
        } else if (checkpoints.due() && rememberedStep == progress.step()) {
          save(now());
        }
      }
    }
    return validatedAt;
  }

  /** Goes on with all layers. */
  private void grow() {
    clock.during(Part.SET_UP, model::grow);
    remember();
    progress.startBestAnew();
    hear(l -> l.grown(progress.step(), model.layers()));
  }

  private double fraction() {
    return pace.fraction(progress.step(), clock.seconds());
  }

  /**
   * The batch of a step, on the thread for data: a function of the step and of the position that
   * the step before it has left, and of the clock where a run by time has a ramp.
   */
  private Ready ready(long step) {
    double fraction = Math.max(fractionForData, config.budget().fraction(step - 1, 0));
    StepInputs.Input input = inputs.at(dataPosition, step, fraction);
    dataPosition = input.next();
    int[] scored = input.batch().scored();
    return new Ready(
        model.learner().prepare(input.batch(), input.masked()),
        scored.length,
        texts.bytes(scored),
        input.next());
  }

  /**
   * One step.
   *
   * @param fraction how much of the run is over before it
   * @return whether its loss was a number
   */
  private boolean step(BatchAhead<Ready> ahead, double fraction) {
    long step = progress.nextStep();
    double over = Math.max(fraction, config.budget().fraction(step, 0));
    double rate = schedule.learningRate(over) * progress.guard().rateFactor(step);
    fractionForData = fraction;
    Ready ready = clock.in(Part.DATA, () -> ahead.take(step));
    progress.readTo(ready.next());
    Noise noise = inputs.noise(fraction);
    StepResult result;
    try (Learner.Prepared batch = ready.batch()) {
      result = clock.in(Part.ENGINE, () -> model.learner().step(batch, rate, step, noise));
    }
    if (!result.finite()) {
      goBack(rate);
    }
    exchange();
    if (!result.finite()) {
      return false;
    }
    if (step % REMEMBER_EVERY == 0) {
      remember();
    }
    double bitsPerByte = bitsPerByte(result.crossEntropy(), ready.ids(), ready.bytes());
    progress.trained(bitsPerByte);
    RunTimes before = atLastStep;
    atLastStep = clock.times();
    StepMetrics metrics =
        new StepMetrics(
            step,
            bitsPerByte,
            result.loss(),
            result.gradientNorm(),
            rate,
            Math.round(progress.position() * texts.bytesPerId()),
            fraction(),
            ofSteps(atLastStep) - ofSteps(before),
            atLastStep.engine() - before.engine());
    hear(l -> l.stepped(metrics));
    return true;
  }

  /** What the steps themselves took, and the listeners. */
  private static double ofSteps(RunTimes t) {
    return t.engine() + t.data() + t.listeners() + t.exchange() + t.rest();
  }

  private void exchange() {
    if (setup.outer().isPresent()) {
      OuterLoop outer = setup.outer().get();
      long step = progress.step();
      if (step % outer.innerSteps() == 0) {
        clock.during(
            Part.EXCHANGE,
            () ->
                model
                    .learner()
                    .setParameters(
                        outer.exchange(step / outer.innerSteps(), model.learner().parameters())));
      }
    }
  }

  private void remember() {
    clock.during(Part.ENGINE, model.learner()::remember);
    rememberedStep = progress.step();
  }

  /** Goes on from the weights that were remembered last, and with the next data. */
  private void goBack(double rate) {
    long step = progress.step();
    if (!progress.guard().failed(step)) {
      throw new InvalidInputException(
          "training: the loss is not a number at step %d (learning rate %.3g), after %d times back and slower; use a smaller --lr%s"
              .formatted(step, rate, Guard.MOST - 1, lastCheckpoint()));
    }
    clock.during(Part.ENGINE, model.learner()::goBack);
    hear(l -> l.rolledBack(step, rememberedStep, progress.guard().rateFactor(step + 1)));
  }

  private String lastCheckpoint() {
    return setup
        .directory()
        .filter(_ -> checkpoints.savedStep() > 0)
        .map(d -> "; " + d.last() + " is of step " + checkpoints.savedStep())
        .orElse("");
  }

  /** Whether the run passes one of the evenly spread places for validation. */
  private boolean passes(double before, double after) {
    int n = config.validations();
    return n > 0 && Math.floor(before * n) < Math.floor(after * n);
  }

  /** Measures the held-out text, if there is one, and saves, if it gives a number. */
  private boolean validateAndSave() {
    double began = clock.seconds();
    long step = progress.step();
    boolean best = false;
    if (!texts.held().isEmpty()) {
      double bitsPerByte = clock.in(Part.VALIDATION, this::heldOut);
      if (!Double.isFinite(bitsPerByte)) {
        goBack(schedule.learningRate(fraction()));
        return false;
      }
      measure();
      best = progress.validated(bitsPerByte);
      hear(l -> l.validated(step, bitsPerByte));
      tellMeasured();
    }
    Checkpoint now = now(); // once: it is as large as the model
    if (best) {
      clock.during(Part.CHECKPOINTS, () -> checkpoints.saveBest(now));
    }
    sample.ifPresent(s -> {
      String text = clock.in(Part.SAMPLES, () -> s.write(now));
      hear(l -> l.sampled(step, s.prompt(), text));
    });
    save(now);
    pace.closingTook(clock.seconds() - began);
    return true;
  }

  /** Takes the metrics of the task, if there is one. */
  private void measure() {
    texts
        .task()
        .ifPresent(task -> progress.measured(clock.in(Part.VALIDATION, () -> task.measure(now()))));
  }

  private void tellMeasured() {
    if (!progress.metrics().isEmpty()) {
      hear(l -> l.measured(progress.step(), progress.metrics()));
    }
  }

  /** Metrics of all held-out examples: of the best checkpoint, where one is kept, else the last. */
  private List<Metric> measuredAtTheEnd(Checkpoint last) {
    if (texts.task().isEmpty()) {
      return List.of();
    }
    Checkpoint best = checkpoints.best().orElse(last);
    return clock.in(Part.VALIDATION, () -> texts.task().get().measureAll(best));
  }

  private double heldOut() {
    double nats = 0;
    long ids = 0;
    long bytes = 0;
    for (Batch batch : texts.held()) {
      int[] scored = batch.scored();
      nats += model.learner().nats(batch);
      ids += scored.length;
      bytes += texts.bytes(scored);
    }
    return bitsPerByte(nats / ids, ids, bytes);
  }

  private Checkpoint now() {
    return clock.in(Part.CHECKPOINTS, checkpoints::now);
  }

  private void save(Checkpoint now) {
    remember();
    clock
        .in(Part.CHECKPOINTS, () -> checkpoints.save(now))
        .ifPresent(path -> hear(l -> l.saved(progress.step(), path)));
  }

  private void hear(Consumer<TrainingListener> what) {
    clock.during(Part.LISTENERS, () -> listeners.forEach(what));
  }

  private static double bitsPerByte(double natsPerId, long ids, long bytes) {
    return natsPerId / Math.log(2) * ids / bytes;
  }
}
