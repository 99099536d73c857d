/**
 * Studies: many small models trained at equal cost on the same text, and compared.
 *
 * <p>A {@link dev.stlm.bench.study.StudyRecipe} names the variants, {@link
 * dev.stlm.bench.study.StudyPlan} resolves them to configs and numbers of steps, {@link
 * dev.stlm.bench.study.StudyRun} trains and measures one of them with one seed, {@link
 * dev.stlm.bench.study.StudyDirectory} keeps what was measured so that a study goes on where it
 * was, {@link dev.stlm.bench.study.StudyReport} makes the table and the plots.
 */
@NullMarked
package dev.stlm.bench.study;

import org.jspecify.annotations.NullMarked;
