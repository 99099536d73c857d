package dev.stlm.docs.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuidesTest {
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]+)(#[^)]*)?\\)");
  private static final Pattern COMMAND = Pattern.compile("\\./stlm ([a-z][a-z-]*)");
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?m)^```java$");

  /** What the launcher does itself. */
  private static final Set<String> OF_THE_LAUNCHER = Set.of("native", "test");

  static List<Path> guides() {
    return ProjectFiles.guides();
  }

  static Stream<Snippet> snippets() {
    return guides().stream().flatMap(g -> Snippet.of(g, ProjectFiles.read(g)).stream());
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void codeInAGuideIsTheCodeThatIsTested(Snippet snippet) {
    String source = ProjectFiles.read(ProjectFiles.ROOT.resolve(snippet.source()));
    assertThat(snippet.code())
        .as("%s shows %s#%s", snippet.guide(), snippet.source(), snippet.region())
        .isEqualTo(Snippet.region(source, snippet.region()));
  }

  @ParameterizedTest
  @MethodSource("guides")
  void everyJavaBlockIsTakenFromASource(Path guide) {
    String text = ProjectFiles.read(guide);
    assertThat(JAVA_BLOCK.matcher(text).results().count())
        .isEqualTo(
            Snippet.of(guide, text).stream().filter(s -> s.source().endsWith(".java")).count());
  }

  @ParameterizedTest
  @MethodSource("guides")
  void linksLeadToFiles(Path guide) {
    List<String> dead = new ArrayList<>();
    for (MatchResult link : LINK.matcher(ProjectFiles.read(guide)).results().toList()) {
      if (!Files.exists(guide.resolveSibling(link.group(1)))) {
        dead.add(link.group(1));
      }
    }
    assertThat(dead).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("guides")
  void commandsInGuidesExist(Path guide) {
    Set<String> used = new TreeSet<>();
    COMMAND.matcher(ProjectFiles.read(guide)).results().forEach(m -> used.add(m.group(1)));
    used.removeAll(OF_THE_LAUNCHER);
    assertThat(Main.commandLine().getSubcommands().keySet()).containsAll(used);
  }

  @Test
  void theGuidesShowCode() {
    assertThat(snippets()).hasSizeGreaterThan(7);
  }

  @Test
  void aRegionThatDiffersOrIsMissingIsFound() {
    String source = "class A {\n  // @start region=\"x\"\n  int a;\n\n  int b;\n  // @end\n}\n";
    assertThat(Snippet.region(source, "x")).isEqualTo("int a;\n\nint b;");
    assertThatThrownBy(() -> Snippet.region(source, "y")).isInstanceOf(AssertionError.class);
    assertThat(Snippet.of(Path.of("g.md"), "<!-- code: A.java#x -->\n```java\nint a;\n```\n"))
        .containsExactly(new Snippet(Path.of("g.md"), "A.java", "x", "int a;"));
  }
}
