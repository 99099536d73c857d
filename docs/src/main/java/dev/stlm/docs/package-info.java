/** Examples that the guides show, compiled and tested. */
@NullMarked
package dev.stlm.docs;

import org.jspecify.annotations.NullMarked;
