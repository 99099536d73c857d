/**
 * The commands that this module gives to {@code ./stlm}; nobody else calls them.
 *
 * <p>{@link dev.stlm.model.cli.InspectCommand} says what a model is and costs.
 */
@NullMarked
package dev.stlm.model.cli;

import org.jspecify.annotations.NullMarked;
