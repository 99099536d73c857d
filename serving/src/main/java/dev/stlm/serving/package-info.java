/** The OpenAI-compatible HTTP server over one model. */
@NullMarked
package dev.stlm.serving;

import org.jspecify.annotations.NullMarked;
