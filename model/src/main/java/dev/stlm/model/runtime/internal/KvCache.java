package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.StackConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keys, values and other vectors of the positions that one sequence has read, in blocks of {@link
 * #BLOCK} positions.
 *
 * <p>A block has planes, as its {@link Layout} says. In a plane of keys they lie as {@code [kvHead,
 * headWidth, position]}, in one of values as {@code [kvHead, position, padded headWidth]}: both are
 * then right operands of {@link Kernels#multiply}. A plane of vectors is {@code [position, padded
 * width]}. Forks share blocks; whoever writes into a shared block copies it first.
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
    if (from == to) {
      return;
    }
    for (int b = from / BLOCK; b <= (to - 1) / BLOCK; b++) {
      if (b == count) {
        if (count == blocks.length) {
          blocks = Arrays.copyOf(blocks, 2 * count);
        }
        blocks[count++] = pool.take();
      } else if (blocks[b].holders.get() > 1) {
        Block shared = blocks[b];
        blocks[b] = pool.copy(shared);
        pool.release(shared);
      }
    }
  }

  /** A plane of a block. */
  float[] plane(int plane, int block) {
    return blocks[block].planes[plane];
  }

  /** Gives back the blocks that hold nothing below a position. */
  void truncate(int position) {
    int keep = (position + BLOCK - 1) / BLOCK;
    while (count > keep) {
      pool.release(blocks[--count]);
      blocks[count] = null;
    }
  }

  /** Bytes of its blocks, shared ones included. */
  long bytes() {
    return count * pool.blockBytes;
  }

  KvCache fork() {
    KvCache copy = new KvCache(pool);
    for (int b = 0; b < count; b++) {
      blocks[b].holders.incrementAndGet();
    }
    copy.blocks = blocks.clone();
    copy.count = count;
    return copy;
  }

  /** What a cache keeps of every position. */
  static final class Layout {
    private final List<Integer> sizes = new ArrayList<>();

    /**
     * Adds keys and values of every block of a stack.
     *
     * @return the plane of the first keys; values lie in the plane after their keys
     */
    int addStack(StackConfig stack) {
      int first = sizes.size();
      for (int i = 0; i < stack.depth(); i++) {
        addAttention(stack);
      }
      return first;
    }

    /** As {@link #addStack}, for one block. */
    int addAttention(StackConfig stack) {
      int heads = stack.attention().kvHeads();
      int width = stack.attention().headWidth();
      sizes.add(heads * width * BLOCK);
      sizes.add(heads * BLOCK * Kernels.padded(width));
      return sizes.size() - 2;
    }

    /** Adds a vector and gives its plane. */
    int addVectors(int width) {
      sizes.add(BLOCK * Kernels.padded(width));
      return sizes.size() - 1;
    }
  }

  /** 64 positions. */
  private static final class Block {
    final float[][] planes;
    // caches that have it; who is the only one may write
    final AtomicInteger holders = new AtomicInteger(1);

    Block(float[][] planes) {
      this.planes = planes;
    }
  }

  /** Blocks that closed sessions gave back, for the next ones. Thread-safe. */
  static final class Pool {
    private static final long MOST_BYTES = 128L << 20;
    private final int[] sizes;
    private final long blockBytes;
    private final long most;
    private final ArrayDeque<Block> free = new ArrayDeque<>();

    Pool(Layout layout) {
      sizes = layout.sizes.stream().mapToInt(Integer::intValue).toArray();
      blockBytes = Float.BYTES * Arrays.stream(sizes).asLongStream().sum();
      most = MOST_BYTES / Math.max(1, blockBytes) + 1;
    }

    private Block take() {
      synchronized (free) {
        if (!free.isEmpty()) {
          Block block = free.pop();
          block.holders.set(1);
          return block;
        }
      }
      float[][] planes = new float[sizes.length][];
      for (int i = 0; i < sizes.length; i++) {
        planes[i] = new float[sizes[i]];
      }
      return new Block(planes);
    }

    private Block copy(Block from) {
      Block block = take();
      for (int i = 0; i < sizes.length; i++) {
        System.arraycopy(from.planes[i], 0, block.planes[i], 0, sizes[i]);
      }
      return block;
    }

    /** One holder less; without any it is free for the next session. */
    private void release(Block block) {
      if (block.holders.decrementAndGet() > 0) {
        return;
      }
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
