/**
 * The parts of a training loop, each with a task of its own: schedule, validation, state on disk,
 * metrics.
 */
@NullMarked
package dev.stlm.training.internal.loop;

import org.jspecify.annotations.NullMarked;
