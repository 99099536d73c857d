/**
 * What was answered and what came out of it, on disk.
 *
 * <p>{@code answers.arrows} is an Arrow IPC stream with a row for every answered request, {@code
 * documents.arrows} one with a row for every marked document, {@code summary.json} the figures.
 * Streams grow by whole batches, so a killed run leaves a valid beginning and goes on from there;
 * pyarrow, DuckDB and the like read them as they are.
 */
@NullMarked
package dev.stlm.bench.results;

import org.jspecify.annotations.NullMarked;
