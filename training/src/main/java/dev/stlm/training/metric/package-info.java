/**
 * How good answers are: {@link dev.stlm.training.metric.Accuracy}, {@link
 * dev.stlm.training.metric.Bleu} and {@link dev.stlm.training.metric.Chrf}.
 *
 * <p>BLEU and chrF are those of sacreBLEU 2 (Post 2018, arXiv 1804.08771) with its default
 * settings, digit for digit, so that figures can be compared with published ones. They are written
 * here because no maintained library for the JVM computes them.
 */
@NullMarked
package dev.stlm.training.metric;

import org.jspecify.annotations.NullMarked;
