/**
 * Pruning, distillation and quantisation as steps of a recipe.
 *
 * <p>A {@link dev.stlm.compression.CompressionStep} takes a checkpoint and gives a smaller or
 * better one with a report; a recipe is a list of steps read from JSON, each found by its type
 * through {@link dev.stlm.compression.StepProvider}. What a step can not do itself, such as
 * training, it asks of a port in {@link dev.stlm.compression.StepResources}.
 */
@NullMarked
package dev.stlm.compression;

import org.jspecify.annotations.NullMarked;
