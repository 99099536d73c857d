/** Tests of the native executable as a whole; they carry the tag {@code native}. */
@NullMarked
package dev.stlm.serving.executable;

import org.jspecify.annotations.NullMarked;
