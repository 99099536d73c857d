package dev.stlm.docs.guide;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code in a guide that stands for a region of a source file.
 *
 * <p>In Markdown: {@code <!-- code: PATH#REGION -->} and then a fenced block. In the source: {@code
 * // @start region="REGION"} to {@code // @end}, or with {@code #-} the whole file.
 *
 * @param guide the Markdown file
 * @param source path of the source, relative to the project
 * @param region name of the region
 * @param code the block as the guide shows it
 */
record Snippet(Path guide, String source, String region, String code) {
  private static final Pattern MARKED =
      Pattern.compile("<!-- code: (\\S+)#(\\S+) -->\\R```\\w*\\R(.*?)\\R```", Pattern.DOTALL);

  static List<Snippet> of(Path guide, String markdown) {
    List<Snippet> snippets = new ArrayList<>();
    Matcher m = MARKED.matcher(markdown);
    while (m.find()) {
      snippets.add(new Snippet(guide, m.group(1), m.group(2), m.group(3)));
    }
    return snippets;
  }

  /** What the guide should show: the lines of the region, as far to the left as they go. */
  static String region(String source, String region) {
    if (region.equals("-")) {
      return source.stripTrailing();
    }
    List<String> lines = source.lines().toList();
    int start = indexOf(lines, "// @start region=\"" + region + "\"", 0);
    int end = indexOf(lines, "// @end", start);
    // a blank last line would count as the least indent
    return String.join("\n", lines.subList(start + 1, end)).stripTrailing().stripIndent().strip();
  }

  private static int indexOf(List<String> lines, String wanted, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).strip().equals(wanted)) {
        return i;
      }
    }
    throw new AssertionError("no line '" + wanted + "'");
  }
}
