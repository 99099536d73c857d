package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.AttentionConfig;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Keys and values of the positions that one sequence has read, in blocks of {@link #BLOCK}
 * positions.
 *
 * <p>In a block, keys lie as {@code [kvHead, headWidth, position]} and values as {@code [kvHead,
 * position, padded headWidth]}: both are then right operands of {@link Kernels#multiply}. Forks
 * share blocks; whoever writes into a shared block copies it first.
 */
final class KvCache {
  static final int BLOCK = Kernels.PANEL;

  private final Pool pool;
  private Block[] blocks = new Block[4];
  private int count;

  KvCache(Pool pool) {
    this.pool = pool;
  }

  /** Makes positions {@code [from, to)} writable. */
  void prepare(int from, int to) {
    for (int b = from / BLOCK; b <= (to - 1) / BLOCK; b++) {
      if (b == count) {
        if (count == blocks.length) {
          blocks = Arrays.copyOf(blocks, 2 * count);
        }
        blocks[count++] = pool.take();
      } else if (blocks[b].shared) {
        blocks[b] = pool.copy(blocks[b]);
      }
    }
  }

  float[] keys(int layer, int block) {
    return blocks[block].keys[layer];
  }

  float[] values(int layer, int block) {
    return blocks[block].values[layer];
  }

  /** Gives back the blocks that hold nothing below a position. */
  void truncate(int position) {
    int keep = (position + BLOCK - 1) / BLOCK;
    while (count > keep) {
      Block block = blocks[--count];
      blocks[count] = null;
      if (!block.shared) {
        pool.give(block);
      }
    }
  }

  KvCache fork() {
    KvCache copy = new KvCache(pool);
    for (int b = 0; b < count; b++) {
      blocks[b].shared = true;
    }
    copy.blocks = blocks.clone();
    copy.count = count;
    return copy;
  }

  /** 64 positions of every layer. */
  static final class Block {
    final float[][] keys;
    final float[][] values;
    // set before the fork is handed to anyone, never unset
    boolean shared;

    Block(float[][] keys, float[][] values) {
      this.keys = keys;
      this.values = values;
    }
  }

  /** Blocks that closed sessions gave back, for the next ones. Thread-safe. */
  static final class Pool {
    private static final long MOST_BYTES = 128L << 20;
    private final int layers;
    private final int keySize;
    private final int valueSize;
    private final long most;
    private final ArrayDeque<Block> free = new ArrayDeque<>();

    Pool(int layers, AttentionConfig attention) {
      this.layers = layers;
      keySize = attention.kvHeads() * attention.headWidth() * BLOCK;
      valueSize = attention.kvHeads() * BLOCK * Kernels.padded(attention.headWidth());
      most = MOST_BYTES / (4L * layers * (keySize + valueSize)) + 1;
    }

    Block take() {
      synchronized (free) {
        if (!free.isEmpty()) {
          return free.pop();
        }
      }
      return new Block(new float[layers][keySize], new float[layers][valueSize]);
    }

    Block copy(Block from) {
      Block block = take();
      for (int i = 0; i < layers; i++) {
        System.arraycopy(from.keys[i], 0, block.keys[i], 0, keySize);
        System.arraycopy(from.values[i], 0, block.values[i], 0, valueSize);
      }
      return block;
    }

    void give(Block block) {
      synchronized (free) {
        if (free.size() < most) {
          free.push(block);
        }
      }
    }

    void clear() {
      synchronized (free) {
        free.clear();
      }
    }
  }
}
