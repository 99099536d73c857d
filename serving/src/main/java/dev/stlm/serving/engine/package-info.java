/**
 * Generates text, and embeds it, for many clients at once from one model.
 *
 * <p>{@link dev.stlm.serving.engine.Engine} owns all sessions on one thread: it admits waiting
 * requests while there is room, of every client its fair share, reads their prompts in chunks, or
 * from the prefix cache, and advances all running sequences by one token a step in one batch.
 * Nothing here knows HTTP.
 */
@NullMarked
package dev.stlm.serving.engine;

import org.jspecify.annotations.NullMarked;
