/**
 * The numbers behind a score: aggregates with standard errors, pooled groups, paired differences,
 * and a generator that repeats Python's to the bit.
 *
 * <p>The formulas are those of the EleutherAI lm-evaluation-harness (0.4.13), so that figures can
 * be compared with published ones.
 */
@NullMarked
package dev.stlm.bench.stats;

import org.jspecify.annotations.NullMarked;
