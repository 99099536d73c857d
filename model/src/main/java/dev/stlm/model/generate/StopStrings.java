package dev.stlm.model.generate;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Ends a stream of bytes before the first stop string, wherever its bytes are split. Bytes that may
 * begin a stop string are held back until it is known.
 *
 * <p>The stop string that ends first counts; of those that end at the same byte, the longest.
 */
final class StopStrings {
  private final List<byte[]> stops;
  private byte[] held = new byte[16];
  private int count;
  private boolean stopped;

  /**
   * A matcher at the start of a text.
   *
   * @throws InvalidInputException if a stop string is empty
   */
  StopStrings(List<String> stops) {
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new InvalidInputException(
          "stop: a stop string is empty; give one with some characters");
    }
    this.stops = stops.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** Whether a stop string has come. */
  boolean stopped() {
    return stopped;
  }

  /** Takes a byte and gives the bytes that are free to go. */
  byte[] accept(byte b) {
    if (stopped) {
      return new byte[0];
    }
    if (count == held.length) {
      held = Arrays.copyOf(held, 2 * count);
    }
    held[count++] = b;
    int matched = 0;
    int begun = 0;
    for (byte[] stop : stops) {
      if (endsWith(stop, stop.length)) {
        matched = Math.max(matched, stop.length);
      }
      for (int n = Math.min(stop.length - 1, count); n > begun; n--) {
        if (endsWith(stop, n)) {
          begun = n;
        }
      }
    }
    if (matched > 0) {
      stopped = true;
      count -= matched;
      return release(count);
    }
    return release(count - begun);
  }

  /** The text has ended: gives what is held back. */
  byte[] end() {
    return release(stopped ? 0 : count);
  }

  private boolean endsWith(byte[] stop, int n) {
    return n <= count && Arrays.equals(held, count - n, count, stop, 0, n);
  }

  private byte[] release(int n) {
    byte[] free = Arrays.copyOf(held, n);
    System.arraycopy(held, n, held, 0, count - n);
    count -= n;
    return free;
  }
}
