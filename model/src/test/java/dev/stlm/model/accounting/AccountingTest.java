package dev.stlm.model.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountingTest {
  @Test
  void tinyModelIsCountedAsByHand() {
    // V 260, T 64, D 16, L 2, H 2, K 1, h 8, F 32 without gate, orders 2 and 3 of 64 rows of 8
    Accounting a = Accounting.of(Presets.named("tiny"));
    int ngramTables = 2 * 64 * 8;
    int embedding = 260 * 16 + ngramTables + 2 * 16 * 8;
    int attention = 16 + 4 * 8 * 16 + 8 + 8 + 16 * 16;
    int ffn = 16 + 32 * 16 + 16 * 32;
    assertThat(a.parameters()).isEqualTo(embedding + 2 * (attention + ffn) + 16).isEqualTo(9136);
    assertThat(a.ngramTables()).isEqualTo(ngramTables);
    assertThat(a.embeddingAndHead()).isEqualTo(260 * 16 + ngramTables);
    assertThat(a.embeddingShare()).isEqualTo(5184.0 / 9136, within(1e-12));
    assertThat(a.cacheBytesPerPosition()).isEqualTo(2 * 1 * 8 * 2 * 4);
    assertThat(a.flopsFirst()).isEqualTo(new Flops(512, 3200, 4096, 8320, 0));
    assertThat(a.flopsFull()).isEqualTo(new Flops(512, 11264, 4096, 8320, 0));
    assertThat(a.flopsFirst().total()).isEqualTo(16128);
  }

  @Test
  void anUntiedHeadAndAGateAreCounted() {
    ModelConfig config =
        new FlatConfig(
            100,
            10,
            8,
            1,
            new AttentionConfig(2, 2, 4, 10_000, false),
            new FfnConfig(12, Activation.SWIGLU),
            1e-5,
            false,
            Optional.empty());
    Accounting a = Accounting.of(config);
    assertThat(a.parameters()).isEqualTo(2 * 800 + 3 * 8 + 24 * 8 + 8 * 8 + 24 * 8 + 8 * 12);
    assertThat(a.embeddingAndHead()).isEqualTo(1600);
    assertThat(a.ngramTables()).isZero();
    assertThat(a.flopsFirst())
        .isEqualTo(new Flops(0, 2 * 8 * 24 + 2 * 8 * 8 + 4 * 8, 2 * 8 * 24 + 2 * 8 * 12, 1600, 0));
    assertThat(Flops.of(config, 9, 1)).isEqualTo(a.flopsFull());
    assertThatThrownBy(() -> Flops.of(config, 10, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ngramRowsOfTheModelsWidthNeedNoProjectionAndCostNothing() {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    ModelConfig wide =
        new FlatConfig(
            tiny.vocabularySize(),
            tiny.contextLength(),
            8,
            tiny.layers(),
            tiny.attention(),
            tiny.ffn(),
            tiny.normEpsilon(),
            true,
            tiny.ngrams());
    assertThat(Accounting.of(wide).flopsFirst().embedding()).isZero();
  }

  @Test
  void presetsAreAsLargeAsTheySay() {
    assertThat(Accounting.of(Presets.named("nano")).parameters()).isBetween(1_000_000L, 2_000_000L);
    assertThat(Presets.names()).contains("tiny", "nano", "demo", "teacher");
    assertThat(Accounting.of(Presets.named("teacher")).parameters())
        .isGreaterThan(2 * Accounting.of(Presets.named("demo")).parameters());
  }
}
