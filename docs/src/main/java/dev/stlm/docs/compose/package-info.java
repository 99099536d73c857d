/**
 * The modules composed in a project of one's own, with parts swapped.
 *
 * <p>{@link dev.stlm.docs.compose.PairTokenizer} is a tokenizer and {@link
 * dev.stlm.docs.compose.RandomPruning} a compression step that the project knows nothing of; {@link
 * dev.stlm.docs.compose.OwnPipeline} trains, compresses and generates with them.
 */
@NullMarked
package dev.stlm.docs.compose;

import org.jspecify.annotations.NullMarked;
