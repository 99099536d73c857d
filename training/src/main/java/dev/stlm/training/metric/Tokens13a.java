package dev.stlm.training.metric;

import java.util.List;
import java.util.regex.Pattern;

/** The tokenisation "13a" of WMT's {@code mteval-v13a}, as sacreBLEU has it. */
final class Tokens13a {
  /** ASCII punctuation but for {@code ' , - .}; and blanks, which splitting takes away. */
  private static final Pattern PUNCTUATION = Pattern.compile("([{-~\\[-` -\\&(-+:-@/])");

  private static final Pattern AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  private Tokens13a() {}

  /** The tokens of a line. */
  static List<String> of(String text) {
    String line = stripTrailing(text);
    line = line.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
    line =
        line.replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = PUNCTUATION.matcher(' ' + line + ' ').replaceAll(" $1 ");
    line = AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
    line = BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
    line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
    return TextPairs.words(line);
  }

  private static String stripTrailing(String text) {
    int end = text.length();
    while (end > 0 && TextPairs.isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }
}
