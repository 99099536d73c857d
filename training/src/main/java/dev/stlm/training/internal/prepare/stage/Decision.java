package dev.stlm.training.internal.prepare.stage;

import dev.stlm.training.data.Split;

/** Where a document goes. */
enum Decision {
  /** Into a training shard. */
  TRAIN(0),
  /** Into a validation shard. */
  VALID(1),
  /** Into a test shard. */
  TEST(2),
  /** Nowhere: there is one of the same bytes before. */
  DUPLICATE(3),
  /** Nowhere: there is one before that is nearly the same. */
  NEAR_DUPLICATE(4);

  private final int code;

  Decision(int code) {
    this.code = code;
  }

  static Decision keep(Split split) {
    return switch (split) {
      case TRAIN -> TRAIN;
      case VALID -> VALID;
      case TEST -> TEST;
    };
  }

  /** As it is written. */
  byte code() {
    return (byte) code;
  }

  static Decision of(byte code) {
    for (Decision decision : values()) {
      if (decision.code == code) {
        return decision;
      }
    }
    throw new IllegalArgumentException("decision " + code);
  }
}
