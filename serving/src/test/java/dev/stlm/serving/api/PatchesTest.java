package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.PatcherConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.kit.TinyConfigs;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PatchesTest {
  private static final Tokenizer BYTES = TinyModels.plain().tokenizer();

  @Test
  void aPatchStartsWhereTheOneBeforeHasEnded() {
    AttentionConfig attention = new AttentionConfig(2, 1, 16, 10000, true);
    PooledConfig pooled =
        TinyConfigs.pooled(
            new PatcherConfig("stride", Map.of("bytes", "4")),
            new EncoderConfig(EncoderConfig.Scope.CAUSAL, TinyConfigs.local(1, attention)),
            Pooling.MEAN,
            new DecoderConfig.Autoregressive(TinyConfigs.local(1, attention)));
    Patches patches = new Patches(pooled);
    int[] start = {BYTES.startOfText()};
    assertThat(patches.starts(start, BYTES.encode("abcdefghij"))).containsExactly(0, 4, 8);
    // after two bytes of a patch, two more belong to it
    assertThat(patches.starts(BYTES.encode("ab"), BYTES.encode("cdefg"))).containsExactly(2);
    assertThat(patches.starts(BYTES.encode("abcd"), BYTES.encode("efgh"))).containsExactly(0);
  }

  @Test
  void aModelWithoutPatchesHasNone() {
    Checkpoint flat = TinyModels.plain();
    assertThat(new Patches(flat.config()).starts(new int[0], BYTES.encode("a b c"))).isEmpty();
  }
}
