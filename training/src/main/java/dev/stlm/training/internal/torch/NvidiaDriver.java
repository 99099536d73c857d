package dev.stlm.training.internal.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/**
 * What NVIDIA's driver says of a card, through the driver's own library, which is there wherever a
 * driver is. (DJL asks CUDA's run time, which it finds only where CUDA is installed.)
 */
final class NvidiaDriver {
  private static final String LIBRARY = "libcuda.so.1";
  private static final int COMPUTE_CAPABILITY_MAJOR = 75; // a CUdevice_attribute
  private static final int SUCCESS = 0;

  private NvidiaDriver() {}

  /**
   * The first number of the compute capability of a card, such as 8 for Ampere's; 0 if there is no
   * driver or it does not say.
   *
   * @param card number of the card, from 0, among those that the process may use
   */
  static int computeCapability(int card) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup driver = SymbolLookup.libraryLookup(LIBRARY, arena);
      MemorySegment device = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      boolean said =
          call(driver, "cuInit", 0) == SUCCESS
              && call(driver, "cuDeviceGet", device, card) == SUCCESS
              && call(
                      driver,
                      "cuDeviceGetAttribute",
                      value,
                      COMPUTE_CAPABILITY_MAJOR,
                      device.get(ValueLayout.JAVA_INT, 0))
                  == SUCCESS;
      return said ? value.get(ValueLayout.JAVA_INT, 0) : 0;
    } catch (IllegalArgumentException e) {
      return 0; // no such library
    }
  }

  /** Calls a function of the driver that takes ints and pointers and gives a CUresult. */
  private static int call(SymbolLookup driver, String name, Object... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT);
    for (Object argument : arguments) {
      type =
          type.appendArgumentLayouts(
              argument instanceof MemorySegment ? ValueLayout.ADDRESS : ValueLayout.JAVA_INT);
    }
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(driver.findOrThrow(name), type)
              .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // the functions are C: they throw nothing
    }
  }
}
