package dev.stlm.tokenizer;

import java.util.Map;

/**
 * Says where patches of bytes end, in one pass from left to right.
 *
 * <p>A boundary depends on the bytes up to and including the current one, never on later ones: a
 * model that pools patches stays causal only so (a boundary at the first letter of the next word
 * already tells the patch before that a letter follows). The whole-text form and the streaming form
 * agree because the first is defined by the second. Every patcher has a {@link #cap()}: a patch
 * that would be longer is split there, so no byte is ever cut off or lost. Patchers are immutable
 * and thread-safe; a tracker belongs to one thread.
 */
public interface Patcher {
  /** The largest cap that the patchers of this project take. */
  int LARGEST_CAP = 1 << 16;

  /** The name that a config stores, such as "whitespace". */
  String type();

  /** What a {@link PatcherProvider} needs to make this patcher again, in the order written. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** Most bytes of a patch, from 1 on: the byte that reaches it ends its patch in any case. */
  int cap();

  /** A tracker at the start of a text. */
  Tracker tracker();

  /**
   * Marks the last byte of every patch.
   *
   * @return one flag a byte: true where a patch ends; the last patch may be unfinished (all false)
   */
  default boolean[] ends(byte[] text) {
    Tracker tracker = tracker();
    boolean[] ends = new boolean[text.length];
    for (int i = 0; i < text.length; i++) {
      ends[i] = tracker.accept(text[i]);
    }
    return ends;
  }

  /**
   * The mean length of the patches of a text in bytes, an unfinished last one counted as a patch; 0
   * for an empty text.
   */
  default double meanPatch(byte[] text) {
    int patches = 0;
    boolean inPatch = false;
    for (boolean end : ends(text)) {
      patches += inPatch ? 0 : 1;
      inPatch = !end;
    }
    return text.length == 0 ? 0 : (double) text.length / patches;
  }

  /** The state of a patcher between two bytes of one text. */
  interface Tracker {
    /**
     * Takes the next byte.
     *
     * @return true if this byte is the last of its patch
     */
    boolean accept(byte b);

    /** An independent tracker in the same state. */
    Tracker fork();
  }
}
