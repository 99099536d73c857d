package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvCacheTest {
  private static final int BLOCKS = 3;

  private final KvCache.Pool pool = pool();
  private int plane;

  private KvCache.Pool pool() {
    KvCache.Layout layout = new KvCache.Layout();
    plane = layout.addVectors(16);
    return new KvCache.Pool(layout);
  }

  @Test
  void aForkSharesBlocksUntilOneOfBothWrites() {
    KvCache cache = filled();
    KvCache fork = cache.fork();
    assertThat(planes(fork)).isEqualTo(planes(cache));
    cache.plane(plane, 1)[0] = 7;
    fork.prepare(KvCache.BLOCK, KvCache.BLOCK + 1);
    assertThat(fork.plane(plane, 1)).isNotSameAs(cache.plane(plane, 1));
    assertThat(fork.plane(plane, 1)[0]).isEqualTo(7);
    assertThat(fork.plane(plane, 0)).isSameAs(cache.plane(plane, 0));
  }

  @Test
  void whoIsLeftAloneWithABlockWritesIntoIt() {
    KvCache cache = filled();
    List<Integer> before = planes(cache);
    float[] first = cache.plane(plane, 0);
    KvCache fork = cache.fork();
    fork.truncate(0);
    cache.prepare(0, BLOCKS * KvCache.BLOCK);
    assertThat(planes(cache)).isEqualTo(before);
    KvCache other = cache.fork();
    cache.prepare(0, 1);
    assertThat(cache.plane(plane, 0)).isNotSameAs(first);
    other.prepare(0, 1);
    assertThat(other.plane(plane, 0)).isSameAs(first);
  }

  @Test
  void blocksThatNobodyHoldsAreUsedAgain() {
    KvCache cache = filled();
    KvCache fork = cache.fork();
    List<Integer> before = planes(cache);
    cache.truncate(0);
    KvCache fresh = filled();
    assertThat(planes(fresh)).doesNotContainAnyElementsOf(before);
    fork.truncate(0);
    assertThat(planes(filled())).containsExactlyInAnyOrderElementsOf(before);
  }

  private KvCache filled() {
    KvCache cache = new KvCache(pool);
    cache.prepare(0, BLOCKS * KvCache.BLOCK);
    return cache;
  }

  /** Which arrays it has: their identities, since equal arrays are not the same. */
  private List<Integer> planes(KvCache cache) {
    List<Integer> planes = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      planes.add(System.identityHashCode(cache.plane(plane, b)));
    }
    return planes;
  }
}
