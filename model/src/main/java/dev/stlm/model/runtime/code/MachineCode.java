package dev.stlm.model.runtime.code;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The machine code of a process, for processors with AVX-512 VNNI. Thread-safe. */
public final class MachineCode {
  private final NativeCalls calls;
  private final Map<QuadWeights, QuadProducts> products = new EnumMap<>(QuadWeights.class);
  private final FloatProducts floats;
  private final HalfProducts halves;

  private MachineCode(NativeCalls calls) {
    this.calls = calls;
    floats = new FloatProducts(calls);
    halves = new HalfProducts(calls);
    for (QuadWeights form : QuadWeights.values()) {
      products.put(form, new QuadProducts(calls, form));
    }
  }

  /**
   * What was found.
   *
   * @param reason what it is for, or why there is none
   */
  public record Found(Optional<MachineCode> code, String reason) {}

  /** Looks whether this process can have it: Linux on x86-64, the processor, native access. */
  public static Found find() {
    if (ProcessCalls.CALLS.isEmpty()) {
      return new Found(Optional.empty(), ProcessCalls.ABSENCE);
    }
    NativeCalls calls = ProcessCalls.CALLS.get();
    try {
      return new Processor(calls).hasByteProducts()
          ? new Found(Optional.of(new MachineCode(calls)), "AVX-512 VNNI")
          : new Found(Optional.empty(), "the processor has no AVX-512 VNNI");
    } catch (UnsupportedOperationException e) {
      return new Found(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  /** Products of 32-bit floats. */
  public FloatProducts floats() {
    return floats;
  }

  /** Products with 16-bit floats. */
  public HalfProducts halves() {
    return halves;
  }

  /** Products with weights of some form. */
  public QuadProducts products(QuadWeights form) {
    return Objects.requireNonNull(products.get(form));
  }

  /** Memory for the weights of a model. */
  public WeightMemory newMemory() {
    return new WeightMemory(calls);
  }
}
