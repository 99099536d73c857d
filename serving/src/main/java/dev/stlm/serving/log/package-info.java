/**
 * What the server writes down: a line a request, never with a prompt, a text or a key in it.
 *
 * <p>{@link dev.stlm.serving.log.AccessLog} sees every request first and gives it an id; handlers
 * add what only they know through {@link dev.stlm.serving.log.RequestNotes}.
 */
@NullMarked
package dev.stlm.serving.log;

import org.jspecify.annotations.NullMarked;
