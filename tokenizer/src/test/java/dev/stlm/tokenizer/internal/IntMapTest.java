package dev.stlm.tokenizer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class IntMapTest {
  @Property
  void itHoldsWhatAMapHolds(@ForAll @Size(max = 90) int[] keys) {
    IntMap map = new IntMap(7);
    Map<Integer, Integer> reference = new HashMap<>();
    for (int i = 0; i < keys.length; i++) {
      map.put(keys[i], i);
      reference.put(keys[i], i);
    }
    assertThat(map.size()).isEqualTo(reference.size());
    assertThat(map.keys())
        .containsExactlyInAnyOrder(
            reference.keySet().stream().mapToInt(Integer::intValue).toArray());
    reference.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    for (int key = -100; key < 100; key++) {
      assertThat(map.get(key)).isEqualTo(reference.getOrDefault(key, IntMap.ABSENT));
    }
  }

  @Example
  void aFullMapTakesNoFurtherKeyButNewValues() {
    IntMap map = new IntMap(2);
    for (int key = 0; key < 3; key++) {
      assertThat(map.isFull()).isFalse();
      map.put(key, key);
    }
    assertThat(map.isFull()).isTrue();
    map.put(1, 7);
    assertThat(map.get(1)).isEqualTo(7);
    assertThatThrownBy(() -> map.put(3, 0)).isInstanceOf(IllegalStateException.class);
  }
}
