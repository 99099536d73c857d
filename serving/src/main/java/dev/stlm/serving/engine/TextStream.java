package dev.stlm.serving.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Turns the bytes of a continuation into text as they come: never half a character, and nothing
 * that may turn out to be the start of a stop text. Malformed bytes become U+FFFD, just as when the
 * whole is decoded at once.
 */
final class TextStream {
  private final List<byte[]> stops;
  private byte[] held = new byte[64];
  private int length;
  private boolean stopped;

  TextStream(List<String> stops) {
    this.stops = stops.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** Whether a stop text was found; nothing may follow. */
  boolean stopped() {
    return stopped;
  }

  /** Takes the bytes of one token and gives the text that is certain now. */
  String accept(byte[] bytes) {
    if (length + bytes.length > held.length) {
      held = Arrays.copyOf(held, Math.max(2 * held.length, length + bytes.length));
    }
    System.arraycopy(bytes, 0, held, length, bytes.length);
    length += bytes.length;
    int stop = firstStop();
    if (stop >= 0) {
      stopped = true;
      length = stop;
      return take(stop);
    }
    int certain = length - possibleStop();
    return take(certain - unfinishedCharacter(certain));
  }

  /** The rest, once it is known that nothing follows. */
  String finish() {
    return take(length);
  }

  private String take(int count) {
    String text = new String(held, 0, count, StandardCharsets.UTF_8);
    System.arraycopy(held, count, held, 0, length - count);
    length -= count;
    return text;
  }

  /** Where the first stop text begins, or -1. */
  private int firstStop() {
    for (int at = 0; at < length; at++) {
      for (byte[] stop : stops) {
        if (at + stop.length <= length
            && Arrays.equals(held, at, at + stop.length, stop, 0, stop.length)) {
          return at;
        }
      }
    }
    return -1;
  }

  /** Length of the longest end of what is held that begins a stop text. */
  private int possibleStop() {
    int longest = 0;
    for (byte[] stop : stops) {
      for (int n = Math.min(stop.length - 1, length); n > longest; n--) {
        if (Arrays.equals(held, length - n, length, stop, 0, n)) {
          longest = n;
        }
      }
    }
    return longest;
  }

  /** Bytes at the end of the first {@code end} that begin a character and do not finish it. */
  private int unfinishedCharacter(int end) {
    for (int n = 1; n <= Math.min(3, end); n++) {
      int lead = held[end - n] & 0xFF;
      if (lead >= 0xC0) {
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        boolean begins = lead >= 0xC2 && lead <= 0xF4 && n < needed;
        return begins && (n == 1 || secondFits(lead, held[end - n + 1] & 0xFF)) ? n : 0;
      }
      if (lead < 0x80) {
        return 0;
      }
    }
    return 0;
  }

  /** Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing past U+10FFFF. */
  private static boolean secondFits(int lead, int second) {
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= least && second <= most;
  }
}
