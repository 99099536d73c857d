/**
 * Prepared text: documents in memory-mapped shards with an index, and a manifest that says where
 * they come from.
 *
 * <p>{@link dev.stlm.training.data.PreparedData} opens what {@code stlm prepare} wrote, or what a
 * program of your own wrote with {@link dev.stlm.training.data.ShardWriter}. The format of a shard
 * is described at {@link dev.stlm.training.data.Shard}.
 */
@NullMarked
package dev.stlm.training.data;

import org.jspecify.annotations.NullMarked;
