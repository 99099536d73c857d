/**
 * The outer loop of training by several workers, each with an inner loop and a part of the data of
 * its own.
 *
 * <p>A worker hands its weights over every so many steps and goes on from what it gets back: {@link
 * dev.stlm.training.outer.OuterLoop} is all that the inner loop knows of the others. What becomes
 * of the weights is an {@link dev.stlm.training.outer.OuterOptimizer}; how they travel is up to
 * whoever implements the first. {@link dev.stlm.training.outer.LocalWorkers} does it within one
 * process.
 */
@NullMarked
package dev.stlm.training.outer;

import org.jspecify.annotations.NullMarked;
