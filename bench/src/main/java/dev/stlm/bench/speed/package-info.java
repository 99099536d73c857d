/**
 * Speeds of models, compared in one process: competitors take turns, every turn is kept, figures
 * are medians with quartiles and ratios are made turn by turn.
 *
 * <p>{@link dev.stlm.bench.speed.Competitor} is one model doing one kind of work, {@link
 * dev.stlm.bench.speed.SpeedContest} runs several in turns.
 */
@NullMarked
package dev.stlm.bench.speed;

import org.jspecify.annotations.NullMarked;
