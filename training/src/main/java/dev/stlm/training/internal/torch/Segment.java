package dev.stlm.training.internal.torch;

import java.util.List;

/**
 * A piece of a forward pass: one call in a program's text, from named tensors to named tensors. A
 * pass is a list of segments, each of which takes what earlier ones give. It may also use what
 * {@link ForwardProgram} says that every pass has: {@code ids}, {@code rope} and {@code p}.
 *
 * @param gives names of its results, at least one, unlike all others of the pass
 * @param takes names of the results of earlier segments that it is differentiated by
 * @param call the expression of its results
 * @param constant whether nothing is differentiated by what it gives
 */
record Segment(List<String> gives, List<String> takes, String call, boolean constant) {
  Segment {
    gives = List.copyOf(gives);
    takes = List.copyOf(takes);
  }

  /** A segment with one result. */
  static Segment of(String gives, List<String> takes, String call) {
    return new Segment(List.of(gives), takes, call, false);
  }

  /** A segment whose results, such as masks, depend on no parameter. */
  static Segment constant(List<String> gives, String call) {
    return new Segment(gives, List.of(), call, true);
  }

  /** Its line. */
  String line() {
    return String.join(", ", gives) + (gives.size() > 1 ? ", = " : " = ") + call;
  }
}
