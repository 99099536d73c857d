package dev.stlm.model.storage;

import java.util.regex.Pattern;

/** Text from a file, as errors show it. */
public final class OneLine {
  private static final int MOST = 80;
  private static final Pattern BREAKING = Pattern.compile("\\p{Cntrl}|[\\u2028\\u2029]");

  private OneLine() {}

  /** At most 80 characters of a text; what would break the line or move a cursor is a "?". */
  public static String of(String text) {
    String cut = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
    return BREAKING.matcher(cut).replaceAll("?");
  }
}
