package dev.stlm.model.gguf;

import java.util.List;

/** A value of the metadata of a GGUF file: those of its types that are used here. */
sealed interface GgufValue {
  /** A whole number from 0 to 2³² − 1. */
  record Whole(long value) implements GgufValue {
    public Whole {
      if (value < 0 || value > 0xFFFFFFFFL) {
        throw new IllegalArgumentException(value + " is not an unsigned number of 32 bits");
      }
    }
  }

  /** A 32-bit float. */
  record Real(float value) implements GgufValue {}

  /** A truth value. */
  record Truth(boolean value) implements GgufValue {}

  /** A text. */
  record Text(String value) implements GgufValue {}

  /** Texts, perhaps none. */
  record Texts(List<String> values) implements GgufValue {
    public Texts {
      values = List.copyOf(values);
    }
  }

  /** Whole numbers of 32 bits with a sign. */
  record Wholes(List<Integer> values) implements GgufValue {
    public Wholes {
      values = List.copyOf(values);
    }
  }
}
