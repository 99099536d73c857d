package dev.stlm.serving.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Chromium;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The playground in a real browser, by keyboard and as a screen reader is told of it. */
@Tag("slow")
@Tag("browser")
@QuarkusTest
@TestProfile(ToyServer.class)
class PageTest {
  private static final int CTRL = 2;
  private static final int SHIFT = 8;

  private final Http http = Http.ofApplication();
  private Chromium browser;

  @BeforeEach
  void start() throws IOException {
    browser = Chromium.start();
    browser.size(1200, 900);
    browser.open(http.base() + "/");
  }

  @AfterEach
  void end() {
    try {
      assertThat(browser.problems()).isEmpty();
    } finally {
      browser.close();
    }
  }

  private String text(String id) {
    return browser.eval("document.getElementById('" + id + "').textContent").asText();
  }

  private void set(String id, String value) {
    browser.eval("document.getElementById('%s').value = '%s'".formatted(id, value));
  }

  private void focus(String id) {
    browser.eval("document.getElementById('" + id + "').focus()");
  }

  private String focused() {
    return browser.eval("document.activeElement.id").asText();
  }

  private void run() {
    browser.press("Enter", CTRL);
    browser.until("!document.querySelector('[role=tabpanel]:not([hidden]) .run').disabled");
  }

  private String completion(String prompt, int bytes, int seed) {
    return http.ask(
            "/v1/completions",
            "{\"prompt\":\"%s\",\"max_tokens\":%d,\"seed\":%d,\"temperature\":0.8}"
                .formatted(prompt, bytes, seed))
        .path("choices")
        .path(0)
        .path("text")
        .asText();
  }

  @Test
  void aPromptGoesOnByteByByteWithTheSurpriseOfEach() {
    set("seed", "3");
    set("most", "60");
    set("prompt", "Grüße");
    focus("prompt");
    run();
    String shown =
        browser
            .eval("[...document.querySelectorAll('#output .b')].map(s => s.cell.text).join('')")
            .asText();
    assertThat(shown).isEqualTo("Grüße" + completion("Grüße", 60, 3));
    JsonNode scores =
        http.ask(
                "/v1/completions",
                "{\"prompt\":\"Grüße\",\"max_tokens\":60,\"seed\":3,\"temperature\":0.8,\"echo\":true,\"logprobs\":0}")
            .path("choices")
            .path(0)
            .path("logprobs")
            .path("token_logprobs");
    JsonNode bits =
        browser.eval(
            "[...document.querySelectorAll('#output .b')].flatMap(s => s.cell.parts.map(p => p.bits))");
    assertThat(bits.size()).isEqualTo(67).isEqualTo(scores.size());
    assertThat(bits.path(0).isNull()).isTrue();
    for (int i = 1; i < bits.size(); i++) {
      assertThat(bits.path(i).asDouble())
          .isCloseTo(
              -scores.path(i).asDouble() / Math.log(2),
              org.assertj.core.api.Assertions.within(1e-9));
    }
    assertThat(text("status")).startsWith("Done: the limit").contains("Seed 3");
    assertThat(text("length")).isEqualTo("60 bytes");
    assertThat(text("first")).matches("\\d+ ms");
    assertThat(text("surprise")).matches("\\d+\\.\\d\\d bits/byte");
    assertThat(text("live")).as("what is said aloud").contains(completion("Grüße", 60, 3).strip());
  }

  @Test
  void bytesThatAreNoTextAreShownAsSuch() {
    browser.eval(
        """
        import('/page/bytes.js').then(({ ByteView }) => {
          const view = new ByteView(document.getElementById('output'), document.getElementById('readout'));
          view.add([0xc3], -1, false);
          view.add([0x41], -0.1, false);
          view.add([0xf0, 0x9f, 0x98, 0x80], -4, false);
          view.add([10], null, true);
          view.add([0xe2, 0x82], -2, false);
          view.finish();
        })
        """);
    assertThat(browser.eval("[...document.querySelectorAll('#output .b')].map(s => s.textContent)"))
        .extracting(JsonNode::asText)
        .containsExactly("\\xc3", "A", "😀", "↵\n", "\\xe2", "\\x82");
  }

  @Test
  void escapeStopsAndKeepsWhatHasCome() throws InterruptedException {
    Gate.OF_APPLICATION.shut();
    try {
      focus("prompt");
      browser.press("Enter", CTRL);
      Gate.OF_APPLICATION.awaitBlocked();
      assertThat(browser.eval("document.querySelector('#complete .stop').disabled").asBoolean())
          .isFalse();
      browser.press("Escape", 0);
      browser.until("document.getElementById('status').textContent === 'Stopped.'");
    } finally {
      Gate.OF_APPLICATION.open();
    }
    assertThat(browser.eval("document.getElementById('alert').hidden").asBoolean()).isTrue();
    set("most", "5");
    run();
    assertThat(text("length")).isEqualTo("5 bytes");
  }

  @Test
  void aCharacterThatTheLimitCutsIsShownAsItsBytes() {
    // what follows this seed ends with the first byte of a character of two
    int seed = 30;
    set("most", "5");
    set("seed", Integer.toString(seed));
    focus("prompt");
    run();
    assertThat(completion("Once upon a time", 5, seed))
        .as("the text is whole characters")
        .hasSize(4);
    assertThat(text("length")).isEqualTo("5 bytes");
    assertThat(browser.eval("document.querySelector('#output .b:last-child').textContent").asText())
        .isEqualTo("\\xdb");
  }

  @Test
  void aRefusalIsSaidInTheAlert() {
    set("prompt", "x");
    set("most", "5000");
    focus("prompt");
    run();
    assertThat(text("alert")).contains("'max_tokens' is 5000");
    assertThat(browser.eval("document.getElementById('alert').hidden").asBoolean()).isFalse();
    assertThat(role("alert")).isPresent();
    browser.eval("document.getElementById('alert').hidden = true");
    forget("400");
  }

  /** A status that the test asked for is an error in the console, too. */
  private void forget(String status) {
    assertThat(browser.problems()).hasSize(1).allMatch(p -> p.contains("status of " + status));
    browser.forgetProblems();
  }

  @Test
  void aChatTakesTurns() {
    browser.eval("document.getElementById('tab-chat').click()");
    set("most", "20");
    set("seed", "1");
    focus("message");
    browser.type("Hello <b>there</b>");
    run();
    browser.type("And then?");
    focus("message");
    run();
    assertThat(browser.eval("document.querySelectorAll('#log .turn').length").asInt()).isEqualTo(4);
    assertThat(browser.eval("document.querySelector('#log .user p').textContent").asText())
        .isEqualTo("Hello <b>there</b>");
    assertThat(browser.eval("document.querySelectorAll('#log b').length").asInt()).isZero();
    browser.eval("document.getElementById('fresh').click()");
    assertThat(browser.eval("document.getElementById('log-empty').hidden").asBoolean()).isFalse();
  }

  @Test
  void everythingIsReachedByTheKeyboardAlone() {
    focus("main");
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      browser.press("Tab", 0);
      String id = focused();
      if (order.contains(id) && !id.isEmpty()) {
        break;
      }
      order.add(id);
      JsonNode outline =
          browser.eval(
              "getComputedStyle(document.activeElement).outlineStyle + ' ' + getComputedStyle(document.activeElement).outlineWidth");
      if (!id.isEmpty()) {
        assertThat(outline.asText()).as("focus is seen on " + id).isEqualTo("solid 3px");
      }
    }
    assertThat(order)
        .containsSubsequence(
            "tab-complete",
            "prompt",
            "echo",
            "colours",
            "temperature",
            "top-p",
            "most",
            "seed",
            "stops",
            "key");
    focus("tab-complete");
    browser.press("ArrowRight", 0);
    assertThat(focused()).isEqualTo("tab-chat");
    assertThat(browser.eval("document.getElementById('complete').hidden").asBoolean()).isTrue();
    browser.press("End", 0);
    assertThat(focused()).isEqualTo("tab-classify");
    browser.press("ArrowRight", 0);
    assertThat(focused()).isEqualTo("tab-complete");
    browser.press("Tab", SHIFT);
    assertThat(focused()).isNotEqualTo("tab-complete");
  }

  @Test
  void arrowsMoveThroughTheBytesAndSayTheirNumbers() {
    set("most", "40");
    set("seed", "3");
    focus("prompt");
    run();
    browser.eval("document.querySelector('#output .b').focus()");
    browser.press("ArrowRight", 0);
    String name = browser.eval("document.activeElement.getAttribute('aria-label')").asText();
    assertThat(name).matches("n · 0x6e: \\d+\\.\\d\\d bits \\(.* %\\) · prompt");
    assertThat(text("readout")).isEqualTo(name);
    browser.press("End", 0);
    assertThat(
            browser
                .eval("document.activeElement === document.querySelector('#output .b:last-child')")
                .asBoolean())
        .isTrue();
    browser.press("ArrowUp", 0);
    browser.press("Home", 0);
    assertThat(browser.eval("document.querySelectorAll('#output [tabindex=\"0\"]').length").asInt())
        .isEqualTo(1);
  }

  private java.util.Optional<JsonNode> role(String role) {
    return browser.accessibilityTree().stream()
        .filter(n -> n.path("role").path("value").asText().equals(role))
        .findFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"complete", "chat", "classify"})
  void everyControlHasANameForScreenReaders(String tab) {
    browser.eval("document.getElementById('tab-" + tab + "').click()");
    List<String> controls =
        List.of(
            "textbox", "spinbutton", "button", "checkbox", "tab", "combobox", "link", "tabpanel");
    List<JsonNode> tree = browser.accessibilityTree();
    List<JsonNode> nodes =
        tree.stream()
            .filter(n -> controls.contains(n.path("role").path("value").asText()))
            .toList();
    assertThat(nodes).hasSizeGreaterThan(8);
    assertThat(nodes)
        .allSatisfy(
            n -> assertThat(n.path("name").path("value").asText()).as(n.toString()).isNotBlank());
    assertThat(tree.stream().map(n -> n.path("role").path("value").asText()))
        .contains("main", "banner", "complementary", "contentinfo", "heading", "tablist", "status");
    assertThat(browser.eval("document.documentElement.lang").asText()).isEqualTo("en");
    assertThat(
            browser
                .eval(
                    """
                    (() => {
                      const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
                      const refs = [...document.querySelectorAll('[for],[aria-controls],[aria-labelledby],[aria-describedby]')]
                        .flatMap(e => ['for', 'aria-controls', 'aria-labelledby', 'aria-describedby'].map(a => e.getAttribute(a)).filter(Boolean));
                      return new Set(ids).size === ids.length && refs.every(r => ids.includes(r));
                    })()
                    """)
                .asBoolean())
        .as("ids are unique and lead somewhere")
        .isTrue();
  }

  /** WCAG 2.2, success criterion 1.4.3: 4.5 to 1, computed for what is seen. */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void textStandsOutFromItsGround(String scheme) {
    browser.prefer(scheme);
    set("most", "200");
    focus("prompt");
    run();
    browser.eval(
        "document.getElementById('alert').hidden = false; document.getElementById('alert').textContent = 'x'");
    // every kind of byte on every level, whatever the model has written
    browser.eval(
        """
        for (const kind of ['', 'given', 'nl', 'raw', 'first', 'first nl']) {
          for (let level = 0; level < 8; level++) {
            const cell = document.createElement('span');
            cell.className = `b ${kind} l${level}`;
            cell.textContent = 'x';
            document.getElementById('output').append(cell);
          }
        }
        """);
    JsonNode poor =
        browser.eval(
            """
            (() => {
              const rgb = c => (c.match(/[\\d.]+/g) ?? []).map(Number);
              const light = c => rgb(c).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = e => {
                for (; e; e = e.parentElement) {
                  const c = getComputedStyle(e).backgroundColor;
                  if ((rgb(c)[3] ?? 1) === 1) return c;
                }
                return 'rgb(255, 255, 255)';
              };
              const texts = [...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
                && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
              return texts.flatMap(e => [null, '::before'].map(part => {
                const [a, b] = [light(getComputedStyle(e, part).color), light(ground(e))].sort((x, y) => y - x);
                return { what: e.className + ' ' + e.tagName + (part ?? ' ') + e.textContent.slice(0, 20), ratio: (a + 0.05) / (b + 0.05) };
              })).filter(t => t.ratio < 4.5).map(t => t.what + ' ' + t.ratio);
            })()
            """);
    assertThat(poor).isEmpty();
    assertThat(
            browser
                .eval(
                    "[0,1,2,3,4,5,6,7].every(l => document.querySelector('.legend .l' + l).checkVisibility())")
                .asBoolean())
        .as("the legend shows every level")
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"320,640", "768,1024"})
  void nothingIsCutOffOnANarrowScreen(int width, int height) {
    browser.size(width, height);
    set("most", "120");
    focus("prompt");
    run();
    for (String tab : List.of("complete", "chat", "classify")) {
      browser.eval("document.getElementById('tab-" + tab + "').click()");
      assertThat(browser.eval("document.documentElement.scrollWidth").asInt())
          .as(tab)
          .isLessThanOrEqualTo(width);
    }
  }

  @Test
  void theThemeIsChosenAndKept() {
    browser.prefer("light");
    String light = browser.eval("getComputedStyle(document.body).backgroundColor").asText();
    focus("theme");
    browser.press("Enter", 0);
    browser.press("Enter", 0);
    assertThat(text("theme")).isEqualTo("Theme: dark");
    assertThat(browser.eval("getComputedStyle(document.body).backgroundColor").asText())
        .isNotEqualTo(light);
    browser.open(http.base() + "/");
    assertThat(text("theme")).isEqualTo("Theme: dark");
  }

  @Test
  void theCardTellsWhatIsServed() {
    assertThat(text("card")).contains("toy", "flat", "2,048 bytes", "70".repeat(32));
    assertThat(text("served")).isEqualTo("toy");
  }

  @Test
  void nothingComesFromElsewhere() {
    JsonNode loaded = browser.eval("performance.getEntriesByType('resource').map(r => r.name)");
    assertThat(loaded)
        .isNotEmpty()
        .extracting(JsonNode::asText)
        .allMatch(n -> n.startsWith(http.base() + "/"));
    JsonNode inline =
        browser.eval(
            "document.querySelectorAll('script:not([src]), style, [style], [onclick]').length");
    assertThat(inline.asInt()).isZero();
  }
}
