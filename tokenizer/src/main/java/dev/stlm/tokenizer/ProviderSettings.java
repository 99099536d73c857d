package dev.stlm.tokenizer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a {@link TokenizerProvider} or {@link PatcherProvider} was given, read
 * strictly: an unknown key, a missing one without a default, or a value that is no number is
 * refused in one line that names the owner, the key and what is allowed.
 */
public final class ProviderSettings {
  private final String owner;
  private final Map<String, String> values;

  /**
   * Checks the keys.
   *
   * @param owner who is configured, as messages name it, such as "whitespace patcher"
   * @param values the settings by name
   * @param allowed every name that is known
   * @throws InvalidInputException if there is a key that is not allowed
   */
  public ProviderSettings(String owner, Map<String, String> values, List<String> allowed) {
    this.owner = owner;
    this.values = Map.copyOf(values);
    checkKeys(owner, values, allowed);
  }

  /**
   * Checks that there are no settings, for what has none.
   *
   * @throws InvalidInputException if there is one
   */
  public static void none(String owner, Map<String, String> values) {
    checkKeys(owner, values, List.of());
  }

  /**
   * A whole number, or what stands for it when it was left out.
   *
   * @throws InvalidInputException if the value is not a whole number of 32 bits
   */
  public int whole(String key, int whenAbsent) {
    String value = values.get(key);
    if (value == null) {
      return whenAbsent;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw notA("whole number", key, value, e);
    }
  }

  /**
   * A number that has to be given.
   *
   * @throws InvalidInputException if it is missing, or no finite decimal number
   */
  public double number(String key) {
    String value = text(key);
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw notA("number", key, value, e);
    }
    if (!Double.isFinite(number)) {
      throw notA("finite number", key, value, null);
    }
    return number;
  }

  /**
   * A text that has to be given.
   *
   * @throws InvalidInputException if it is missing
   */
  public String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new InvalidInputException(owner + ": the setting " + key + " is missing; give it");
    }
    return value;
  }

  /**
   * A value that lies in its range, for the constructors of what is configured.
   *
   * @throws InvalidInputException if it does not
   */
  public static int inRange(String owner, String key, int value, int smallest, int largest) {
    if (value < smallest || value > largest) {
      throw new InvalidInputException(
          owner + ": " + key + " is " + value + "; allowed: " + smallest + " to " + largest);
    }
    return value;
  }

  private static void checkKeys(String owner, Map<String, String> values, List<String> allowed) {
    for (String key : values.keySet()) {
      if (!allowed.contains(key)) {
        throw new InvalidInputException(
            owner
                + ": unknown setting "
                + key
                + (allowed.isEmpty()
                    ? "; it has none, remove it"
                    : "; allowed: " + String.join(", ", allowed)));
      }
    }
  }

  private InvalidInputException notA(
      String kind, String key, String value, @Nullable Throwable cause) {
    String shown = value.length() > 40 ? value.substring(0, 40) + "..." : value;
    String message = owner + ": " + key + " is \"" + shown + "\"; it should be a " + kind;
    return cause == null
        ? new InvalidInputException(message)
        : new InvalidInputException(message, cause);
  }
}
