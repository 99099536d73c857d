/** What reading settings of a preparation needs. */
@NullMarked
package dev.stlm.training.internal.prepare;

import org.jspecify.annotations.NullMarked;
