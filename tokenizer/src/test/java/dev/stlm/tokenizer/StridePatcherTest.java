package dev.stlm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Example;

class StridePatcherTest extends PatcherContract {
  @Override
  protected Patcher patcher(int cap) {
    return new StridePatcher(cap);
  }

  @Example
  void everyPatchButTheLastHasTheSameLength() {
    assertThat(new StridePatcher(3).ends(new byte[7]))
        .containsExactly(false, false, true, false, false, true, false);
    assertThat(new StridePatcher(3).meanPatch(new byte[7])).isEqualTo(7 / 3.0);
  }

  @Example
  void itTakesFourBytesUnlessTold() {
    assertThat(Patchers.create("stride", Map.of()).cap()).isEqualTo(4);
  }
}
