/** The commands {@code eval} and {@code report}. */
@NullMarked
package dev.stlm.bench.cli;

import org.jspecify.annotations.NullMarked;
