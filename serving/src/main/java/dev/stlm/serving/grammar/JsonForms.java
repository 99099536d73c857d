package dev.stlm.serving.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the parts of JSON into a program: compact, with at most one blank after a comma or colon,
 * so that a model can not run on in white space.
 */
final class JsonForms {
  private static final ByteSet DIGIT = ByteSet.anyOf("0123456789");
  private static final int MOST_DIGITS = 16;

  private final ProgramBuilder to;
  private final RegexCompiler texts;
  private final Regex character = new Regex.One(CodePoints.ALL);
  private int stringRule = -1;
  private int valueRule = -1;

  JsonForms(ProgramBuilder to) {
    this.to = to;
    this.texts = new RegexCompiler(to, Spelling.JSON);
  }

  /** A comma, perhaps with a blank. */
  int comma(int next) {
    return to.literal(",", to.either(next, to.literal(" ", next)));
  }

  /** A colon, perhaps with a blank. */
  int colon(int next) {
    return to.literal(":", to.either(next, to.literal(" ", next)));
  }

  /** A string whose characters match. */
  int string(Regex content, int next) {
    return to.literal("\"", texts.compile(content, to.literal("\"", next)));
  }

  /** Any string. */
  int string(int next) {
    if (stringRule < 0) {
      stringRule = to.rule();
      to.define(stringRule, string(new Regex.Repeat(character, 0, -1), to.end()));
    }
    return to.call(stringRule, next);
  }

  /** A string of so many characters; {@code most} -1 for any number. */
  int string(int least, int most, int next) {
    return string(new Regex.Repeat(character, least, most), next);
  }

  /** Any integer of up to 18 digits. */
  int integer(int next) {
    return new IntegerRange(-IntegerRange.LARGEST, IntegerRange.LARGEST).write(to, next);
  }

  /** Any number: up to 16 digits before and after the point, an exponent of up to two. */
  int number(int next) {
    int exponent =
        to.read(
            ByteSet.anyOf("eE"),
            to.either(digits(1, 2, next), to.read(ByteSet.anyOf("+-"), digits(1, 2, next))));
    int scaled = to.either(next, exponent);
    int fraction = to.either(scaled, to.literal(".", digits(1, MOST_DIGITS, scaled)));
    int whole =
        to.either(
            to.literal("0", fraction),
            to.read(ByteSet.between('1', '9'), digits(0, MOST_DIGITS - 1, fraction)));
    return to.either(whole, to.literal("-", whole));
  }

  private int digits(int least, int most, int next) {
    int at = next;
    for (int i = least; i < most; i++) {
      at = to.either(to.read(DIGIT, at), next);
    }
    for (int i = 0; i < least; i++) {
      at = to.read(DIGIT, at);
    }
    return at;
  }

  /** Any value. */
  int value(int next) {
    if (valueRule < 0) {
      valueRule = to.rule();
      int end = to.end();
      to.define(
          valueRule,
          to.either(
              List.of(
                  object(end),
                  array(this::value, end),
                  string(end),
                  number(end),
                  to.literal("true", end),
                  to.literal("false", end),
                  to.literal("null", end))));
    }
    return to.call(valueRule, next);
  }

  /** Any object. */
  int object(int next) {
    int close = to.literal("}", next);
    int more = to.open();
    int member = string(colon(value(more)));
    to.close(more, comma(member), close);
    return to.literal("{", to.either(member, close));
  }

  /** An array of any number of what {@code item} writes. */
  int array(Item item, int next) {
    int close = to.literal("]", next);
    int more = to.open();
    int first = item.write(more);
    to.close(more, comma(first), close);
    return to.literal("[", to.either(first, close));
  }

  /** Writes an element of an array and goes on. */
  @FunctionalInterface
  interface Item {
    int write(int next);
  }

  /** The string of a key that is none of some names. */
  int otherKey(Set<String> names, int next) {
    List<int[]> taken = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      taken.add(name.codePoints().toArray());
    }
    int close = to.literal("\"", next);
    int anything = texts.compile(new Regex.Repeat(character, 0, -1), close);
    return to.literal("\"", other(taken, 0, anything, close));
  }

  /** {@code taken} agree in their first {@code depth} characters. */
  private int other(List<int[]> taken, int depth, int anything, int close) {
    List<CodePoints> next = new ArrayList<>();
    boolean ends = false;
    for (int[] name : taken) {
      if (name.length == depth) {
        ends = true;
      } else {
        next.add(CodePoints.of(name[depth]));
      }
    }
    CodePoints following = CodePoints.union(next);
    List<Integer> options = new ArrayList<>();
    if (!ends) {
      options.add(close);
    }
    options.add(texts.compile(new Regex.One(following.complement()), anything));
    for (CodePoints.Range r : following.ranges()) {
      for (int c = r.first(); c <= r.last(); c++) {
        int member = c;
        List<int[]> longer =
            taken.stream().filter(n -> n.length > depth && n[depth] == member).toList();
        options.add(
            texts.compile(
                new Regex.One(CodePoints.of(c)), other(longer, depth + 1, anything, close)));
      }
    }
    return to.either(options);
  }
}
