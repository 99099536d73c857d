/**
 * Files as this project reads and writes them: strict JSON in, whole files out.
 *
 * <p>{@link dev.stlm.model.storage.AtomicFile} replaces a file so that a reader or a crash sees the
 * old or the new one, never half; {@link dev.stlm.model.storage.JsonText} is the bounded parser
 * below {@link dev.stlm.model.config.StrictJson}.
 */
@NullMarked
package dev.stlm.model.storage;

import org.jspecify.annotations.NullMarked;
