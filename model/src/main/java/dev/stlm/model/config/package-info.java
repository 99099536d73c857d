/**
 * What a model is: its config, and the layout of its parameters that follows from the config.
 *
 * <p>{@link dev.stlm.model.config.ModelConfig} is a tree of immutable, validated records read from
 * JSON; {@link dev.stlm.model.config.ParameterLayout} is the one list of names, shapes, initial
 * values and ties that trainer, runtimes, compression and accounting read.
 */
@NullMarked
package dev.stlm.model.config;

import org.jspecify.annotations.NullMarked;
