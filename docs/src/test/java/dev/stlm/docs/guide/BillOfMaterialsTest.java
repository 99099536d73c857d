package dev.stlm.docs.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a project of one's own imports. */
class BillOfMaterialsTest {
  private static final Set<String> NOT_FOR_USERS = Set.of("bom", "docs");

  private final Document bom = parse("bom/pom.xml");
  private final Document parent = parse("pom.xml");

  @Test
  void listsEveryModuleThatOthersCanUse() {
    Set<String> modules = new TreeSet<>();
    for (Element module : all(parent, "module")) {
      if (!NOT_FOR_USERS.contains(module.getTextContent())) {
        modules.add("stlm-" + module.getTextContent());
      }
    }
    Set<String> managed = new TreeSet<>();
    for (Element dependency : all(bom, "dependency")) {
      assertThat(child(dependency, "groupId")).isEqualTo("dev.stlm");
      assertThat(child(dependency, "version")).isEqualTo("${project.version}");
      managed.add(child(dependency, "artifactId"));
    }
    assertThat(managed).isEqualTo(modules).isNotEmpty();
  }

  @Test
  void hasTheVersionOfTheModulesAndNoParent() {
    assertThat(child(bom.getDocumentElement(), "version"))
        .isEqualTo(child(parent.getDocumentElement(), "version"));
    assertThat(all(bom, "parent")).isEmpty();
  }

  @Test
  void theGuideImportsThisVersion() {
    String guide = ProjectFiles.read(ProjectFiles.ROOT.resolve("docs/compose.md"));
    assertThat(guide.replaceAll("\\s+", ""))
        .contains(
            "<artifactId>stlm-bom</artifactId><version>"
                + child(bom.getDocumentElement(), "version")
                + "</version><type>pom</type><scope>import</scope>");
  }

  private static Document parse(String file) {
    Path path = ProjectFiles.ROOT.resolve(file);
    try {
      return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(path.toFile());
    } catch (Exception e) {
      throw new AssertionError(path + " can not be parsed", e);
    }
  }

  private static List<Element> all(Document document, String tag) {
    NodeList nodes = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static String child(Element element, String tag) {
    for (var n = element.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getTagName().equals(tag)) {
        return e.getTextContent();
      }
    }
    throw new AssertionError(element.getTagName() + " has no " + tag);
  }
}
