package dev.stlm.serving.grammar;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The formats of strings that a schema may name, each as the regular expression of its texts. */
final class StringFormats {
  private static final String DAYS =
      "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)"
          + "|02-(0[1-9]|1\\d|2[0-8]))|(\\d{2}(0[48]|[2468][048]|[13579][26])"
          + "|(0[48]|[2468][048]|[13579][26])00)-02-29)";

  private static final String TIMES =
      "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+\\-](0\\d|1[0-3]):[0-5]\\d)";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date",
          DAYS,
          "time",
          TIMES,
          "date-time",
          DAYS + "T" + TIMES,
          "uuid",
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private StringFormats() {}

  static Optional<Regex> find(String name) {
    return Optional.ofNullable(PATTERNS.get(name)).map(RegexParser::whole);
  }

  static String names() {
    return String.join(", ", new TreeSet<>(PATTERNS.keySet()));
  }
}
