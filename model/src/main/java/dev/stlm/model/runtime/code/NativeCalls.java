package dev.stlm.model.runtime.code;

/**
 * How machine code that was made at run time is put into memory and called: a virtual machine does
 * it by the foreign function interface ({@link ForeignCalls}); an ahead-of-time image, which has
 * none, brings an implementation of its own, which {@link java.util.ServiceLoader} finds when the
 * image is built.
 *
 * <p>Implementations are thread-safe. What is called must be machine code for this processor, of
 * the calling convention of System V, and end soon: the garbage collector may have to wait for it.
 */
public interface NativeCalls {
  /**
   * Puts code where it can be executed, for as long as the process lives.
   *
   * @return its address
   * @throws UnsupportedOperationException if the system does not allow it
   */
  long place(byte[] code);

  /**
   * Takes memory from the system, of zeros, in large pages where the system gives them.
   *
   * @return its address, a multiple of a page; 0 where there is none
   */
  long reserve(long bytes);

  /** Gives back what {@link #reserve} gave, whole. */
  void release(long address, long bytes);

  /**
   * Calls code with the addresses of three places in arrays, which stay where they are for that
   * long, and 14 numbers.
   *
   * @param code what {@link #place} gave
   */
  void call(
      long code,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      long n0,
      long n1,
      long n2,
      long n3,
      long n4,
      long n5,
      long n6,
      long n7,
      long n8,
      long n9,
      long n10,
      long n11,
      long n12,
      long n13);
}
