package dev.stlm.serving.engine;

import dev.stlm.tokenizer.InvalidInputException;
import java.time.Duration;

/**
 * What bounds the work and the memory of an {@link Engine}.
 *
 * @param maxActive sequences that are computed at the same time; each holds a cache of keys and
 *     values
 * @param maxQueued sequences that may wait; what comes beyond is refused. A client that has nothing
 *     waiting is taken nevertheless, until twice as many wait: others can not lock it out
 * @param maxOutputTokens most tokens that one sequence may generate
 * @param timeout longest time from arrival to the last token of a request
 * @param prefixCacheMegabytes memory for what was read, so that a prompt which begins the same is
 *     not read again; 0 keeps nothing
 */
public record EngineLimits(
    int maxActive, int maxQueued, int maxOutputTokens, Duration timeout, int prefixCacheMegabytes) {
  /** Default of {@code maxActive}. */
  public static final String MAX_ACTIVE = "64";

  /** Default of {@code maxQueued}. */
  public static final String MAX_QUEUED = "256";

  /** Default of {@code maxOutputTokens}. */
  public static final String MAX_OUTPUT = "8192";

  /** Default of {@code timeout} in seconds. */
  public static final String TIMEOUT_SECONDS = "300";

  /** Default of {@code prefixCacheMegabytes}. */
  public static final String PREFIX_CACHE = "64";

  public EngineLimits {
    range("--prefix-cache", prefixCacheMegabytes, 0, 1 << 20);
    range("--max-active", maxActive, 1, 4096);
    range("--max-queue", maxQueued, 1, 1 << 20);
    range("--max-output", maxOutputTokens, 1, 1 << 24);
    range("--timeout", timeout.toSeconds(), 1, 86_400);
  }

  /** Limits with a prefix cache of the default size. */
  public EngineLimits(int maxActive, int maxQueued, int maxOutputTokens, Duration timeout) {
    this(maxActive, maxQueued, maxOutputTokens, timeout, Integer.parseInt(PREFIX_CACHE));
  }

  private static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidInputException(
          "serve: " + name + " " + value + " is not between " + least + " and " + most);
    }
  }
}
