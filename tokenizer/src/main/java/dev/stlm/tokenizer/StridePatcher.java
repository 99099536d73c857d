package dev.stlm.tokenizer;

import java.util.Map;

/**
 * Patches of a fixed number of bytes, as in MegaByte (Yu et al. 2023, arXiv 2305.07185): the
 * simplest patcher, blind to what the bytes say, so it may split a word or a character.
 */
public final class StridePatcher implements Patcher {
  /** The name that a config stores. */
  public static final String TYPE = "stride";

  /** Bytes of a patch unless another number is asked for. */
  public static final int DEFAULT_BYTES = 4;

  /** The name of the setting in {@link #settings()}. */
  static final String BYTES = "bytes";

  private final int bytes;

  /**
   * A patcher.
   *
   * @param bytes bytes of a patch, from 1 to 65536
   * @throws InvalidInputException if it is out of range
   */
  public StridePatcher(int bytes) {
    this.bytes = ProviderSettings.inRange("stride patcher", BYTES, bytes, 1, LARGEST_CAP);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int cap() {
    return bytes;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(BYTES, Integer.toString(bytes));
  }

  @Override
  public Tracker tracker() {
    return new Counter(bytes, 0);
  }

  private static final class Counter implements Tracker {
    private final int bytes;
    private int length;

    Counter(int bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }

    @Override
    public boolean accept(byte b) {
      length = length + 1 == bytes ? 0 : length + 1;
      return length == 0;
    }

    @Override
    public Tracker fork() {
      return new Counter(bytes, length);
    }
  }
}
