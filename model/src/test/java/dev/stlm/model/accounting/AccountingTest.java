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
import dev.stlm.model.config.SharingConfig;
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
  void aPooledModelIsCountedAsByHand() {
    // local D 16 (1 + 1 layers, H 2, K 1, h 8, F 32, window 8), global 24 (2 layers, H 3, K 1, h 8,
    // F 48), orders 2 and 3 of 64 rows of 8, V 260
    Accounting a = Accounting.of(Presets.named("tiny-pooled"), 4);
    int ngrams = 2 * 64 * 8;
    int local = 16 + 4 * 8 * 16 + 8 + 8 + 16 * 16 + 16 + 2 * 32 * 16;
    int global = 24 + 5 * 8 * 24 + 8 + 8 + 24 * 24 + 24 + 2 * 48 * 24;
    int outside = 260 * 16 + ngrams + 2 * 16 * 8 + 2 * local + 16 + 24 * 16 + 24 + 16 * 24 + 16;
    assertThat(a.parameters()).isEqualTo(outside + 2 * global);
    assertThat(a.embeddingAndHead()).isEqualTo(outside);
    // keys and values of one local layer each and encoded bytes; every 4 bytes keys and values of
    // two global layers and what they say
    assertThat(a.cacheBytesPerPosition())
        .isEqualTo(2 * (2 * 8 * 4) + 4 * 16 + (2 * 2 * 8 * 4 + 4 * 16) / 4);
    long localFfn = 2 * 2 * 16 * 32;
    long globalFfn = 2 * 2 * (2 * 24 * 48);
    assertThat(a.flopsFull().ffn()).isEqualTo(2 * localFfn + globalFfn / 4);
    // a window of 8 of 96 positions, and 24 patches
    long localAttention = 2 * 16 * 32 + 2 * 16 * 16 + 4 * 16 * 8;
    long globalAttention = 2 * (2 * 24 * 40 + 2 * 24 * 24 + 4 * 24 * 24);
    assertThat(a.flopsFull().attention()).isEqualTo(2 * localAttention + globalAttention / 4);
    assertThat(a.flopsFull().pooling()).isEqualTo((2 * 16 * 24 + 2 * 16 * 24) / 4);
    assertThat(a.flopsFull().head()).isEqualTo(2 * 16 * 260);
  }

  @Test
  void thePapersByteModelSavesWhatThePaperSays() {
    Accounting a = Accounting.of(Presets.named("paper-pooled"));
    SubwordTwin twin = a.twin().orElseThrow();
    assertThat(a.embeddingAndHead()).isEqualTo(2_560_768);
    assertThat(twin.tiedEmbeddingAndHead()).isEqualTo(25_731_584);
    assertThat(twin.untiedEmbeddingAndHead()).isEqualTo(51_463_168);
    assertThat(twin.reductionTied()).isEqualTo(0.900, within(0.001));
    assertThat(twin.reductionUntied()).isEqualTo(0.950, within(0.001));
    // 55.9 and 32.7 million in all
    assertThat(twin.parameters()).isBetween(55_850_000L, 55_950_000L);
    assertThat(a.parameters()).isBetween(32_650_000L, 32_750_000L);
    assertThat(Accounting.of(Presets.named("paper-subword")).parameters())
        .isBetween(55_850_000L, 55_950_000L);
  }

  @Test
  void presetsAreAsLargeAsTheySay() {
    size("nano", 1_000_000, 2_000_000);
    size("nano-pooled", 1_000_000, 2_000_000);
    size("hour", 15_000_000, 16_000_000);
    for (String family : new String[] {"", "-pooled"}) {
      size("10m" + family, 9_000_000, 11_000_000);
      size("50m" + family, 45_000_000, 55_000_000);
      size("100m" + family, 90_000_000, 110_000_000);
    }
    assertThat(Accounting.of(Presets.named("teacher")).parameters())
        .isGreaterThan(2 * Accounting.of(Presets.named("demo")).parameters());
  }

  private static void size(String preset, long least, long most) {
    assertThat(Accounting.of(Presets.named(preset)).parameters()).as(preset).isBetween(least, most);
  }

  @Test
  void sharedLayersCountOnceInParametersAndEveryTimeInOperations() {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    FlatConfig shared =
        new FlatConfig(
            260,
            64,
            16,
            2,
            tiny.attention(),
            tiny.ffn(),
            1e-5,
            true,
            tiny.ngrams(),
            Optional.of(new SharingConfig(2, 4, false, 3)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Accounting plain = Accounting.of(tiny);
    Accounting a = Accounting.of(shared);
    long ffn = 2 * 32 * 16;
    long deltas = 2 * 4 * (16 + 32 + 32 + 16);
    assertThat(a.parameters()).isEqualTo(plain.parameters() - ffn + deltas);
    assertThat(a.cacheBytesPerPosition()).isEqualTo(3 * plain.cacheBytesPerPosition());
    assertThat(a.flopsFirst().ffn()).isEqualTo(3 * (plain.flopsFirst().ffn() + 2 * deltas));
    assertThat(a.flopsFirst().attention()).isEqualTo(3 * plain.flopsFirst().attention());
  }
}
