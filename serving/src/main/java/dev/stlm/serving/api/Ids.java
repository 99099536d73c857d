package dev.stlm.serving.api;

import java.util.concurrent.ThreadLocalRandom;

/** Names and times of answers. */
final class Ids {
  private Ids() {}

  /** A prefix and 24 random hexadecimal digits. */
  static String next(String prefix) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return prefix + "%08x%016x".formatted(random.nextInt(), random.nextLong());
  }

  /** Seconds since 1970. */
  static long now() {
    return System.currentTimeMillis() / 1000;
  }
}
