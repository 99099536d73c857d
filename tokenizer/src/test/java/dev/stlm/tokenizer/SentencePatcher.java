package dev.stlm.tokenizer;

import java.util.Map;

// @start region="patcher"
/** A patcher of a user: patches end with a full stop. */
record SentencePatcher(int cap) implements Patcher {
  SentencePatcher {
    ProviderSettings.inRange("sentence patcher", "cap", cap, 1, LARGEST_CAP);
  }

  @Override
  public String type() {
    return "sentence";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("cap", Integer.toString(cap));
  }

  @Override
  public Tracker tracker() {
    return new SentenceTracker(0);
  }

  private final class SentenceTracker implements Tracker {
    private int length;

    SentenceTracker(int length) {
      this.length = length;
    }

    @Override
    public boolean accept(byte b) {
      length = b == '.' || length + 1 == cap ? 0 : length + 1;
      return length == 0;
    }

    @Override
    public Tracker fork() {
      return new SentenceTracker(length);
    }
  }
}
// @end
