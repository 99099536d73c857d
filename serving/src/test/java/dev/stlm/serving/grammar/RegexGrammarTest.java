package dev.stlm.serving.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexGrammarTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "a|bc|d*",
        "(?:ab)+c?",
        "[a-c]{2,5}x{3}y{2,}",
        "\\d+(\\.\\d{1,2})?",
        "[^a-z]{0,4}",
        "\\w+@\\w+\\.(com|org)",
        "\\s\\S\\D\\W",
        ".{3,6}",
        "[\\x41-\\x5a\\u00e9-\\u0101]+",
        "é|日本|\uD83D\uDE00+",
        "[\uD83D\uDE00-\uD83D\uDE4F]{1,3}",
        "^a(b|c)$",
        "^$",
        "(a*)*b",
        "((x|yz){2}){3}",
        "(a{2,3}|b?){1,4}z",
        "[-+]?[0-9]+|[a\\-z\\]]",
        "a*?b+?",
        "\\{\\}\\[\\]\\(\\)\\*\\+\\?\\.\\\\\\^\\$\\|",
        "(?<year>\\d{4})-(?<month>\\d\\d)"
      })
  void whatIsWrittenMatchesThePattern(String pattern) {
    Grammar grammar = Grammar.regex(pattern);
    Pattern java = Pattern.compile(pattern);
    Random random = new Random(pattern.hashCode());
    for (int i = 0; i < 200; i++) {
      String text = RandomTexts.utf8(RandomTexts.next(grammar, random, 12));
      assertThat(java.matcher(text).matches()).as("'%s' of %s", text, pattern).isTrue();
    }
  }

  @Property(tries = 300)
  void whatMatchesIsAllowedAndNothingElse(
      @ForAll("patterns") String pattern, @ForAll("texts") List<String> texts) {
    Grammar grammar = Grammar.regex(pattern);
    Pattern java = Pattern.compile(pattern);
    for (String text : texts) {
      assertThat(RandomTexts.matches(grammar, text))
          .as("'%s' of %s", text, pattern)
          .isEqualTo(java.matcher(text).matches());
    }
    String written = RandomTexts.utf8(RandomTexts.next(grammar, new Random(1), 20));
    assertThat(java.matcher(written).matches()).as("'%s' of %s", written, pattern).isTrue();
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> atoms =
        Arbitraries.of("a", "b", "é", "[ab]", "[^a]", ".", "\\d", "[a-é]", "\\W", "😀");
    return Arbitraries.recursive(
        () -> atoms,
        inner ->
            Arbitraries.oneOf(
                Combinators.combine(inner, inner).as((x, y) -> x + y),
                Combinators.combine(inner, inner).as((x, y) -> "(" + x + "|" + y + ")"),
                Combinators.combine(inner, Arbitraries.of("*", "+", "?", "{2}", "{0,2}", "{1,}"))
                    .as((x, times) -> "(" + x + ")" + times)),
        0,
        4);
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Arbitraries.of("a", "b", "é", "1", "😀", "\n", "ß")
        .list()
        .ofMaxSize(5)
        .map(parts -> String.join("", parts))
        .list()
        .ofSize(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "a)",
        "[",
        "[]",
        "[z-a]",
        "[\\d-z]",
        "*a",
        "a**",
        "a{2",
        "a{3,1}",
        "a{,2}",
        "a{1001}",
        "a{99999999999}",
        "{",
        "a$b",
        "(a$)",
        "(^a)",
        "a^",
        "\\",
        "\\1",
        "\\bword",
        "\\p{L}",
        "\\q",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?i)a",
        "[[:alpha:]]",
        "[a&&b]",
        "\\x4",
        "\\uD800",
        "[^\\x00-\\uFFFF\\s\\S]"
      })
  void whatCanNotBeReadIsRefusedInOneLine(String pattern) {
    assertThatThrownBy(() -> Grammar.regex(pattern))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("regular expression: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void countsOfCountsStaySmall() {
    String pattern = "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){1000}";
    ByteState state = new ByteAutomaton(Grammar.regex(pattern).program()).start();
    for (int i = 0; i < 1000; i++) {
      state = state.after('a');
    }
    assertThat(state.mayEnd()).isFalse();
    assertThat(state.allows('a')).isTrue();
  }

  @Test
  void sizesAreBounded() {
    assertThatThrownBy(() -> Grammar.regex("a".repeat(5000))).hasMessageContaining("4096");
    assertThatThrownBy(() -> Grammar.regex("(".repeat(100) + "a" + ")".repeat(100)))
        .hasMessageContaining("64 deep");
    assertThatThrownBy(() -> Grammar.regex("a{1000}".repeat(30))).hasMessageContaining("20000");
    assertThatThrownBy(() -> Grammar.choice(List.of("x".repeat(30_000))))
        .hasMessageContaining("20000");
  }

  @Test
  void oneOfSomeTextsIsThatAndNoMore() {
    List<String> texts = List.of("yes", "yesterday", "no", "é", "");
    Grammar grammar = Grammar.choice(texts);
    assertThat(texts).allMatch(t -> RandomTexts.matches(grammar, t));
    assertThat(List.of("y", "yester", "n", "nox", "è", "yesyes"))
        .noneMatch(t -> RandomTexts.matches(grammar, t));
    assertThatThrownBy(() -> Grammar.choice(List.of())).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aFixedTextGoesBefore() {
    Grammar grammar = Grammar.regex("a+").after(" é");
    assertThat(RandomTexts.matches(grammar, " éaa")).isTrue();
    assertThat(RandomTexts.matches(grammar, "aa")).isFalse();
  }

  @Test
  void memoryIsBoundedWhileStatesAreWithoutEnd() {
    // which of the last 14 characters were a: 2^14 states
    Grammar grammar = Grammar.regex("(a|b)*a(a|b){14}");
    Random random = new Random(3);
    ByteState state = new ByteAutomaton(grammar.program()).start();
    for (int i = 0; i < 50_000; i++) {
      state = state.after(random.nextBoolean() ? 'a' : 'b');
      assertThat(state.allows('a') && state.allows('b')).isTrue();
    }
  }
}
