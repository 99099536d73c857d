/** Documents out of files of several formats, one after the other. */
@NullMarked
package dev.stlm.training.internal.prepare.input;

import org.jspecify.annotations.NullMarked;
