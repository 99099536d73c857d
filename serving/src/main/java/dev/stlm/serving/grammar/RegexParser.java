package dev.stlm.serving.grammar;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the syntax that RE2, Java and ECMAScript write alike: literals, {@code .}, classes, the
 * escapes {@code \d \w \s \D \W \S \t \n \r \f \v \xHH \}{@code uHHHH}, groups, {@code |}, {@code *
 * + ? {m} {m,} {m,n}} (a lazy {@code ?} after them changes nothing here), and anchors at the ends
 * of an alternative. {@code \d}, {@code \w} and {@code \s} are ASCII; {@code .} is any character
 * but an end of line. What it can not read it refuses by name and place; nothing is ignored.
 */
final class RegexParser {
  /** Most characters of a pattern. */
  static final int LONGEST = 4096;

  private static final int DEEPEST = 64;
  private static final CodePoints DIGITS = CodePoints.between('0', '9');
  private static final CodePoints WORD =
      DIGITS
          .plus(CodePoints.between('A', 'Z'))
          .plus(CodePoints.between('a', 'z'))
          .plus(CodePoints.of('_'));
  private static final CodePoints SPACE = CodePoints.anyOf(" \t\n\u000B\f\r");
  private static final CodePoints LINE_ENDS = CodePoints.anyOf("\n\r\u0085\u2028\u2029");

  private final String pattern;
  private final int[] chars;
  private final boolean search;
  private int at;
  private int depth;

  private RegexParser(String pattern, boolean search) {
    this.pattern = pattern;
    this.chars = pattern.codePoints().toArray();
    this.search = search;
  }

  /**
   * A pattern that the whole text must match.
   *
   * @throws InvalidInputException if it is not one that can be read
   */
  static Regex whole(String pattern) {
    return new RegexParser(pattern, false).parse();
  }

  /** A pattern that must match somewhere in the text, as in JSON schemas. */
  static Regex somewhere(String pattern) {
    return new RegexParser(pattern, true).parse();
  }

  private Regex parse() {
    if (chars.length > LONGEST) {
      throw new InvalidInputException(
          "regular expression: %d characters; at most %d are allowed"
              .formatted(chars.length, LONGEST));
    }
    List<Regex> options = new ArrayList<>();
    do {
      options.add(anchored());
    } while (taken('|'));
    if (at < chars.length) {
      throw wrong("has a ')' that nothing opens");
    }
    return choice(options);
  }

  /** An alternative of the whole pattern, with anchors at its ends. */
  private Regex anchored() {
    boolean start = taken('^');
    Regex body = sequence();
    boolean end = taken('$');
    if (at < chars.length && chars[at] != '|' && chars[at] != ')') {
      throw wrong("has '$' inside; an anchor may stand only at an end of the pattern");
    }
    if (!search || (start && end)) {
      return body;
    }
    List<Regex> parts = new ArrayList<>();
    if (!start) {
      parts.add(Regex.anything());
    }
    parts.add(body);
    if (!end) {
      parts.add(Regex.anything());
    }
    return new Regex.Sequence(parts);
  }

  private Regex alternatives() {
    if (++depth > DEEPEST) {
      throw wrong("nests groups more than " + DEEPEST + " deep");
    }
    List<Regex> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (taken('|'));
    depth--;
    return choice(options);
  }

  private static Regex choice(List<Regex> options) {
    return options.size() == 1 ? options.getFirst() : new Regex.Choice(options);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (at < chars.length && chars[at] != '|' && chars[at] != ')' && chars[at] != '$') {
      parts.add(repeated(atom()));
    }
    return parts.size() == 1 ? parts.getFirst() : new Regex.Sequence(parts);
  }

  private Regex repeated(Regex atom) {
    int least;
    int most;
    if (taken('*')) {
      least = 0;
      most = -1;
    } else if (taken('+')) {
      least = 1;
      most = -1;
    } else if (taken('?')) {
      least = 0;
      most = 1;
    } else if (taken('{')) {
      least = number();
      most = taken(',') ? (at < chars.length && chars[at] == '}' ? -1 : number()) : least;
      expect('}');
      if (most >= 0 && most < least) {
        throw wrong("repeats {%d,%d}, which is never".formatted(least, most));
      }
    } else {
      return atom;
    }
    taken('?');
    if (at < chars.length && "*+?{".indexOf(chars[at]) >= 0) {
      throw wrong("repeats a repetition; put the first into a group");
    }
    return new Regex.Repeat(atom, least, most);
  }

  private int number() {
    int start = at;
    int value = 0;
    while (at < chars.length && chars[at] >= '0' && chars[at] <= '9') {
      value = value * 10 + (chars[at++] - '0');
      if (value > Regex.MOST_REPEATS) {
        throw wrong("repeats more than " + Regex.MOST_REPEATS + " times");
      }
    }
    if (at == start) {
      throw wrong("has no number after '{'; write \\{ for the character");
    }
    return value;
  }

  private Regex atom() {
    int c = chars[at++];
    return switch (c) {
      case '.' -> new Regex.One(CodePoints.ALL.minus(LINE_ENDS));
      case '(' -> group();
      case '[' -> new Regex.One(brackets());
      case '\\' -> new Regex.One(escape());
      case '*', '+', '?', '{' -> {
        at--;
        throw wrong("has a '%c' that repeats nothing".formatted(c));
      }
      case '^' -> {
        at--;
        throw wrong("has '^' inside; an anchor may stand only at an end of the pattern");
      }
      default -> new Regex.One(single(c));
    };
  }

  private Regex group() {
    if (taken('?') && !taken(':')) {
      taken('P');
      boolean named = taken('<');
      if (!named || at >= chars.length || !Character.isLetter(chars[at])) {
        throw wrong("has a group that looks around or sets flags, which is not supported");
      }
      while (at < chars.length && Character.isLetterOrDigit(chars[at])) {
        at++;
      }
      expect('>');
    }
    Regex body = alternatives();
    if (at < chars.length && chars[at] == '$') {
      throw wrong("has '$' inside; an anchor may stand only at an end of the pattern");
    }
    expect(')');
    return body;
  }

  private CodePoints brackets() {
    boolean not = taken('^');
    List<CodePoints> items = new ArrayList<>();
    boolean first = true;
    while (first || at >= chars.length || chars[at] != ']') {
      if (at >= chars.length) {
        throw wrong("has a '[' that nothing closes");
      }
      first = false;
      CodePoints item = classItem();
      if (at + 1 < chars.length && chars[at] == '-' && chars[at + 1] != ']') {
        at++;
        items.add(range(item, classItem()));
      } else {
        items.add(item);
      }
    }
    at++;
    CodePoints set = CodePoints.union(items);
    set = not ? set.complement() : set;
    if (set.isEmpty()) {
      throw wrong("has a class that holds no character");
    }
    return set;
  }

  private CodePoints classItem() {
    int c = chars[at++];
    if (c == '\\') {
      return escape();
    }
    if (c == '[' || (c == '&' && at < chars.length && chars[at] == '&')) {
      at--;
      throw wrong("has '%c' in a class; write \\%c for the character".formatted(c, c));
    }
    if (c == ']') {
      at--;
      throw wrong("has an empty class; write \\] for the character");
    }
    return single(c);
  }

  private CodePoints range(CodePoints from, CodePoints to) {
    List<CodePoints.Range> a = from.ranges();
    List<CodePoints.Range> b = to.ranges();
    boolean single =
        a.size() == 1
            && b.size() == 1
            && a.getFirst().first() == a.getFirst().last()
            && b.getFirst().first() == b.getFirst().last();
    if (!single || a.getFirst().first() > b.getFirst().first()) {
      throw wrong("has a range in a class that does not go from a character to a later one");
    }
    return CodePoints.between(a.getFirst().first(), b.getFirst().first());
  }

  private CodePoints escape() {
    if (at >= chars.length) {
      throw wrong("ends in a backslash");
    }
    int c = chars[at++];
    return switch (c) {
      case 'd' -> DIGITS;
      case 'D' -> DIGITS.complement();
      case 'w' -> WORD;
      case 'W' -> WORD.complement();
      case 's' -> SPACE;
      case 'S' -> SPACE.complement();
      case 't' -> CodePoints.of('\t');
      case 'n' -> CodePoints.of('\n');
      case 'r' -> CodePoints.of('\r');
      case 'f' -> CodePoints.of('\f');
      case 'v' -> CodePoints.of(0x0B);
      case 'x' -> single(hex(2));
      case 'u' -> single(hex(4));
      default -> {
        if (c > 127 || Character.isLetterOrDigit(c)) {
          at--;
          throw wrong("has '\\%s', which is not supported".formatted(Character.toString(c)));
        }
        yield CodePoints.of(c);
      }
    };
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < chars.length && chars[at] < 128 ? Character.digit(chars[at++], 16) : -1;
      if (digit < 0) {
        throw wrong("has \\x or \\u without %d hexadecimal digits".formatted(digits));
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private CodePoints single(int c) {
    CodePoints set = CodePoints.of(c);
    if (set.isEmpty()) {
      throw wrong("has half of a surrogate pair, which is not a character");
    }
    return set;
  }

  private boolean taken(int c) {
    if (at < chars.length && chars[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(int c) {
    if (!taken(c)) {
      throw wrong("lacks a '%c'".formatted(c));
    }
  }

  private InvalidInputException wrong(String what) {
    String shown = pattern.length() <= 40 ? pattern : pattern.substring(0, 40) + "…";
    return new InvalidInputException(
        "regular expression: '%s' %s (at character %d)"
            .formatted(shown.replaceAll("\\p{Cntrl}", " "), what, at + 1));
  }
}
