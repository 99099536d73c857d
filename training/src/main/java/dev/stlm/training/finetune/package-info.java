/**
 * Fine-tuning: what a model is asked, what it should answer, and how well it does.
 *
 * <p>A {@link dev.stlm.training.finetune.FineTuningTask} turns rows of data into prompts and
 * answers and judges a model on them; {@link dev.stlm.training.finetune.AnswerScoring} has what
 * such judging needs. Training takes only the answers as targets.
 */
@NullMarked
package dev.stlm.training.finetune;

import org.jspecify.annotations.NullMarked;
