/**
 * Trains models: {@link dev.stlm.training.TrainingRun} takes a checkpoint, a text and a {@link
 * dev.stlm.training.config.TrainingConfig} and gives a better checkpoint.
 *
 * <p>Computes with PyTorch through DJL, on the CPU or a GPU. A run that writes to a directory can
 * be stopped, killed and resumed; a resumed run of a fixed number of steps gives the same bits as
 * an unbroken one on the same machine with the same number of threads.
 */
@NullMarked
package dev.stlm.training;

import org.jspecify.annotations.NullMarked;
