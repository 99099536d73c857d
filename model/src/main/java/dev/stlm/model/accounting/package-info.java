/**
 * What a model costs, counted from its config and layout alone: parameters, bytes, operations.
 *
 * <p>{@link dev.stlm.model.accounting.Accounting} gives the figures that {@code ./stlm inspect} and
 * reports print; nothing is measured here.
 */
@NullMarked
package dev.stlm.model.accounting;

import org.jspecify.annotations.NullMarked;
