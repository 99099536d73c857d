package dev.stlm.serving.grammar;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes regular expressions into a program, in one spelling of their characters. */
final class RegexCompiler {
  /** One byte in every spelling. */
  private static final CodePoints PRINTED =
      CodePoints.between(0x20, 0x7F).minus(CodePoints.anyOf("\"\\"));

  private final ProgramBuilder to;
  private final Spelling spelling;
  private final Map<CodePoints, Integer> characters = new HashMap<>();
  private final Map<Regex, Integer> repeated = new HashMap<>();

  RegexCompiler(ProgramBuilder to, Spelling spelling) {
    this.to = to;
    this.spelling = spelling;
  }

  /** Where to begin, to match and go on at {@code next}. */
  int compile(Regex regex, int next) {
    return switch (regex) {
      case Regex.One one -> character(one.set(), next);
      case Regex.Sequence sequence -> {
        int at = next;
        for (Regex part : sequence.parts().reversed()) {
          at = compile(part, at);
        }
        yield at;
      }
      case Regex.Choice choice -> {
        List<Integer> options = choice.options().stream().map(o -> compile(o, next)).toList();
        yield to.either(options);
      }
      case Regex.Repeat repeat -> repeat(repeat, next);
    };
  }

  private int repeat(Regex.Repeat repeat, int next) {
    boolean once = Math.max(repeat.least() + (repeat.most() < 0 ? 1 : 0), repeat.most()) <= 1;
    int at = next;
    if (repeat.most() < 0) {
      int loop = to.open();
      to.close(loop, copy(repeat.body(), once, loop), next);
      at = loop;
    }
    for (int i = repeat.least(); i < repeat.most(); i++) {
      at = to.either(copy(repeat.body(), once, at), next);
    }
    for (int i = 0; i < repeat.least(); i++) {
      at = copy(repeat.body(), once, at);
    }
    return at;
  }

  /** A body that is needed several times is a rule, so that a copy costs one step. */
  private int copy(Regex body, boolean once, int next) {
    if (once || body instanceof Regex.One) {
      return compile(body, next);
    }
    Integer rule = repeated.get(body);
    if (rule == null) {
      rule = to.rule();
      to.define(rule, compile(body, to.end()));
      repeated.put(body, rule);
    }
    return to.call(rule, next);
  }

  /** A set whose characters take several bytes is a rule of its own. */
  private int character(CodePoints set, int next) {
    List<CodePoints.Range> ranges = set.ranges();
    boolean small = ranges.getLast().last() < 0x80 && set.minus(PRINTED).isEmpty();
    if (small || (ranges.size() == 1 && ranges.getFirst().first() == ranges.getFirst().last())) {
      return spelling.write(set, to, next);
    }
    Integer rule = characters.get(set);
    if (rule == null) {
      rule = to.rule();
      to.define(rule, spelling.write(set, to, to.end()));
      characters.put(set, rule);
    }
    return to.call(rule, next);
  }
}
