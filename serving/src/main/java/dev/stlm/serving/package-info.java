/**
 * An OpenAI-compatible HTTP server of one model, on Quarkus and Vert.x.
 *
 * <p>{@code cli} reads the arguments, {@code engine} generates for many clients at once, {@code
 * api} speaks HTTP; {@link dev.stlm.serving.Server} puts them together.
 */
@NullMarked
package dev.stlm.serving;

import org.jspecify.annotations.NullMarked;
