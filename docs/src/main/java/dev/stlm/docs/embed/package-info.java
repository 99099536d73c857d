/**
 * A language model inside an application.
 *
 * <p>{@link dev.stlm.docs.embed.EmbeddedModel} needs {@code stlm-model} alone.
 */
@NullMarked
package dev.stlm.docs.embed;

import org.jspecify.annotations.NullMarked;
