/**
 * The three stages of a preparation and what they leave for each other: read and sign every group
 * of inputs, decide on signatures alone, write the shards of every group.
 */
@NullMarked
package dev.stlm.training.internal.prepare.stage;

import org.jspecify.annotations.NullMarked;
