package dev.stlm.tokenizer.entropy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.ProviderSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Patches that end where the next byte is hard to guess: after every byte at which the entropy of
 * the next one, given the last bytes, is above a threshold (the global constraint of the Byte
 * Latent Transformer, Pagnoni et al. 2024, arXiv 2412.09871, section 2.3).
 *
 * <p>The entropy is that of an {@link EntropyTable}, which the settings hold whole: a checkpoint
 * needs nothing beside it. A patch of {@code cap} bytes ends in any case. A patch may be one byte,
 * and may split a character.
 */
public final class EntropyPatcher implements Patcher {
  /** The name that a config stores. */
  public static final String TYPE = "entropy";

  /** Most bytes of a patch unless another cap is asked for. */
  public static final int DEFAULT_CAP = 12;

  /** The names of the settings in {@link #settings()}. */
  static final String TABLE = "table";

  static final String THRESHOLD = "threshold";
  static final String CAP = "cap";

  private final EntropyTable table;
  private final double threshold;
  private final int cap;

  /**
   * A patcher.
   *
   * @param table the entropies
   * @param threshold in bits, 0 to 8; {@link EntropyThreshold} finds one for a wanted length
   * @param cap most bytes of a patch, from 1 to 65536
   * @throws InvalidInputException if a number is out of range
   */
  public EntropyPatcher(EntropyTable table, double threshold, int cap) {
    if (!(threshold >= 0 && threshold <= 8)) {
      throw new InvalidInputException(
          "entropy patcher: threshold is " + threshold + "; allowed: 0 to 8 bits");
    }
    this.table = table;
    this.threshold = threshold;
    this.cap = ProviderSettings.inRange("entropy patcher", CAP, cap, 1, LARGEST_CAP);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int cap() {
    return cap;
  }

  /** The entropy above which a patch ends, in bits. */
  public double threshold() {
    return threshold;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(CAP, Integer.toString(cap));
    settings.put(THRESHOLD, Double.toString(threshold));
    settings.put(TABLE, table.encode());
    return Collections.unmodifiableMap(settings);
  }

  @Override
  public Tracker tracker() {
    return new EntropyTracker(0, 0);
  }

  private final class EntropyTracker implements Tracker {
    private int history;
    private int length;

    EntropyTracker(int history, int length) {
      this.history = history;
      this.length = length;
    }

    @Override
    public boolean accept(byte b) {
      history = history << 8 | (b & 0xFF);
      length++;
      boolean end = table.bits(history) > threshold || length == cap;
      if (end) {
        length = 0;
      }
      return end;
    }

    @Override
    public Tracker fork() {
      return new EntropyTracker(history, length);
    }
  }
}
