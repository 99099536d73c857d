/** The command {@code train}. */
@NullMarked
package dev.stlm.training.cli;

import org.jspecify.annotations.NullMarked;
