/**
 * Generates text, and embeds it, for many clients at once from one model.
 *
 * <p>{@link dev.stlm.serving.engine.Engine} owns all sessions on one thread: it admits waiting
 * requests while there is room, of every client its fair share, and at each step gives the model
 * one batch of what there is of a prompt that the prefix cache lacks, and of the last token of
 * every sample. Nothing here knows HTTP.
 */
@NullMarked
package dev.stlm.serving.engine;

import org.jspecify.annotations.NullMarked;
