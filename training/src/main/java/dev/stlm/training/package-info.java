/** Trains models on DJL: data, optimiser, schedule, loop, resume. */
@NullMarked
package dev.stlm.training;

import org.jspecify.annotations.NullMarked;
