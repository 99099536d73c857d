/**
 * {@code ./stlm compress}: runs a recipe from the command line.
 *
 * <p>Nothing else uses this package, so the command-line parser stays optional for those who use
 * the module as a library.
 */
@NullMarked
package dev.stlm.compression.cli;

import org.jspecify.annotations.NullMarked;
