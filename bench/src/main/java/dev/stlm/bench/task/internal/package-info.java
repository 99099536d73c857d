/** The tasks that ship. */
@NullMarked
package dev.stlm.bench.task.internal;

import org.jspecify.annotations.NullMarked;
