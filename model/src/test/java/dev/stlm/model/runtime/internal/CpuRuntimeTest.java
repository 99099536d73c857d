package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.kit.TinyTexts;
import dev.stlm.model.runtime.code.MachineCode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuRuntimeTest {
  private static final int[] IDS = TinyTexts.mixed(260, 90, 1);

  static Stream<Named<Checkpoint>> variants() {
    Map<String, Checkpoint> variants = new LinkedHashMap<>();
    TinyModels.variants()
        .forEach((name, checkpoint) -> {
          variants.put(name, checkpoint);
          variants.put(name + ", int8 by 8", TinyModels.int8(checkpoint, 8));
          variants.put(name + ", int8 by row", TinyModels.int8(checkpoint, 1 << 20));
          variants.put(name + ", int4 by 8", TinyModels.int4(checkpoint, 8));
          variants.put(name + ", int4 by row", TinyModels.int4(checkpoint, 1 << 20));
          variants.put(name + ", bf16", TinyModels.bf16(checkpoint));
          variants.put(name + ", f16 in parts", TinyModels.stackedF16(checkpoint));
        });
    return variants.entrySet().stream().map(e -> Named.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void kernelsAndThreadsAndCutsDoNotChangeABit(Checkpoint checkpoint) {
    float[][] expected = all(checkpoint, new ScalarKernels(), 1, 1);
    assertThat(all(checkpoint, new VectorKernels(), 1, 90)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, new VectorKernels(), 3, 90)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, new VectorKernels(), 1, 7)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, new ScalarKernels(), 2, 31)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, withCode(), 1, 90)).isDeepEqualTo(expected);
    assertThat(all(checkpoint, withCode(), 3, 7)).isDeepEqualTo(expected);
  }

  /** With machine code where this machine can have it. */
  private static Kernels withCode() {
    return new VectorKernels(MachineCode.find().code());
  }

  private static float[][] all(Checkpoint checkpoint, Kernels kernels, int threads, int cut) {
    List<float[]> list = new ArrayList<>();
    try (LanguageModel model = new CpuModel(checkpoint, kernels, new WorkerPool(threads));
        Session session = model.newSession()) {
      for (int from = 0; from < IDS.length; from += cut) {
        int to = Math.min(IDS.length, from + cut);
        session.append(
            java.util.Arrays.copyOfRange(IDS, from, to), (_, logits) -> list.add(logits.clone()));
      }
      for (int count = 1; count <= model.draftLength(); count++) {
        float[] draft = new float[260];
        session.draft(IDS, count, draft);
        list.add(draft);
      }
    }
    return list.toArray(float[][]::new);
  }

  /** Wide enough that products are shared between threads, at every step. */
  @Test
  void threadsDoNotChangeABitOfAWideModel() {
    Checkpoint wide =
        TinyModels.random(
            TinyModels.config(
                512, 1, 8, 8, 64, 1536, Activation.SWIGLU, true, true, Optional.empty()),
            3);
    for (Checkpoint encoded : List.of(wide, TinyModels.int8(wide, 32), TinyModels.int4(wide, 32))) {
      float[][] expected = all(encoded, new VectorKernels(), 1, 90);
      assertThat(all(encoded, new VectorKernels(), 4, 90)).isDeepEqualTo(expected);
      assertThat(all(encoded, new VectorKernels(), 4, 1)).isDeepEqualTo(expected);
      assertThat(all(encoded, withCode(), 4, 90)).isDeepEqualTo(expected);
      assertThat(all(encoded, withCode(), 4, 1)).isDeepEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("integers")
  void integerWeightsGiveNearlyTheLogitsOfTheirDecodedValues(Checkpoint int8) {
    Map<String, Tensor> decoded = new LinkedHashMap<>();
    int8.tensors()
        .forEach((n, t) -> decoded.put(n, Tensor.F32.of(t.rows(), t.columns(), t.toFloats())));
    Checkpoint f32 = new Checkpoint(int8.config(), int8.tokenizer(), decoded, int8.history());
    float[][] exact = all(f32, new VectorKernels(), 1, 90);
    float[][] quantised = all(int8, new VectorKernels(), 1, 90);
    double error = 0;
    double power = 0;
    for (int i = 0; i < exact.length; i++) {
      for (int j = 0; j < exact[i].length; j++) {
        error += Math.pow(exact[i][j] - quantised[i][j], 2);
        power += Math.pow(exact[i][j], 2);
      }
    }
    // only the inputs of products are rounded, to 1/254 of the largest of a group
    assertThat(Math.sqrt(error / power)).isBetween(1e-6, 0.05);
  }

  static Stream<Named<Checkpoint>> integers() {
    return variants().filter(n -> n.getName().matches(".*int[48].*"));
  }

  @ParameterizedTest
  @MethodSource("halves")
  void sixteenBitWeightsRunAsTheirDecodedValues(Checkpoint half) {
    float[][] exact = all(TinyModels.f32(half), new VectorKernels(), 1, 90);
    float[][] got = all(half, new VectorKernels(), 1, 90);
    for (int i = 0; i < exact.length; i++) {
      for (int j = 0; j < exact[i].length; j++) {
        // the same products, added in another order
        assertThat(got[i][j]).isCloseTo(exact[i][j], within(1e-4f));
      }
    }
  }

  static Stream<Named<Checkpoint>> halves() {
    return variants().filter(n -> n.getName().contains("f16"));
  }

  @Test
  void sixteenBitMatricesStayWhereTheyAre() {
    Checkpoint plain = TinyModels.plain();
    for (Checkpoint half : List.of(TinyModels.bf16(plain), TinyModels.stackedF16(plain))) {
      assertThat(new Packing(new VectorKernels()).pack(half.tensor("layers.0.attention.qkv")))
          .isInstanceOf(PackedHalf.class);
      assertThat(new Packing(new VectorKernels()).pack(half.tensor("head")))
          .isInstanceOf(PackedHalf.class);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aStepOfDecodingAllocatesNothing(Checkpoint c) {
    int[] ids = TinyTexts.words(90, 1);
    int[] guesses = TinyTexts.words(16, 2);
    // plain kernels: those of the Vector API allocate until they are compiled
    try (LanguageModel model = new CpuModel(c, new ScalarKernels(), new WorkerPool(1));
        Session session = model.newSession()) {
      float[] logits = new float[260];
      for (int i = 0; i < 90; i++) {
        session.append(ids[i], logits); // buffers grow, rotary tables and cache blocks are made
        draftAll(model, session, guesses, logits);
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      // linking a call site or the counter itself may allocate once: it does not do so every round
      for (int round = 0; round < 4; round++) {
        session.truncate(66);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 66; i < 90; i++) {
          session.append(ids[i], logits);
          draftAll(model, session, guesses, logits);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isLessThan(64);
    }
  }

  private static void draftAll(
      LanguageModel model, Session session, int[] guesses, float[] logits) {
    for (int count = 1; count <= model.draftLength(); count++) {
      session.draft(guesses, count, logits);
    }
  }

  @Test
  void whatLayersShareIsPackedOnce() {
    Checkpoint shared =
        Optional.ofNullable(TinyModels.variants().get("all switches")).orElseThrow();
    StackWeights.Layer[] layers =
        ((LoadedFlat) LoadedModel.of(shared, new Packing(new VectorKernels()))).stack.layers();
    assertThat(layers).hasSize(4);
    assertThat(layers[1].ffnInput()).isSameAs(layers[0].ffnInput());
    assertThat(layers[1].ffnOutput()).isSameAs(layers[0].ffnOutput());
    assertThat(layers[2].ffnInput()).isNotSameAs(layers[0].ffnInput());
    assertThat(layers[3].attentionOutput()).isSameAs(layers[0].attentionOutput());
    assertThat(layers[1].qkv()).isNotSameAs(layers[0].qkv());
  }

  @Test
  void concurrentCallersShareAModel() throws InterruptedException {
    Checkpoint checkpoint = TinyModels.plain();
    float[][] expected = all(checkpoint, new VectorKernels(), 1, 90);
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    try (LanguageModel model = new CpuModel(checkpoint, new VectorKernels(), new WorkerPool(2))) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Thread t =
            new Thread(() -> {
              for (int round = 0; round < 10; round++) {
                try (Session session = model.newSession()) {
                  float[] last = session.append(IDS);
                  assertThat(last).isEqualTo(expected[89]);
                }
              }
            });
        t.setUncaughtExceptionHandler((_, e) -> failures.add(e));
        callers.add(t);
        t.start();
      }
      for (Thread t : callers) {
        t.join();
      }
    }
    assertThat(failures).isEmpty();
  }
}
