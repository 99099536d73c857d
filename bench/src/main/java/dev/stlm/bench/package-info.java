/** Scores models on tasks, reports, and runs whole pipelines. */
@NullMarked
package dev.stlm.bench;

import org.jspecify.annotations.NullMarked;
