package dev.stlm.training.internal.torch;

/**
 * What the update of AdamW fixes for a whole run; the learning rate comes with each step.
 *
 * @param weightDecay decoupled decay of projections, times the learning rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param clip largest global norm of the gradients
 */
public record AdamSettings(
    double weightDecay, double beta1, double beta2, double epsilon, double clip) {}
