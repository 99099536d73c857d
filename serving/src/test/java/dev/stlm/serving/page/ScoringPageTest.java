package dev.stlm.serving.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Chromium;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.TwoModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the playground shows of a pooled model beside a flat one: patches, scores, labels. */
@Tag("slow")
@Tag("browser")
@QuarkusTest
@TestProfile(TwoModels.class)
class ScoringPageTest {
  private static final String CELLS = "[...document.querySelectorAll('#output .b')]";

  private final Http http = Http.ofApplication();
  private Chromium browser;

  @BeforeEach
  void start() throws IOException {
    browser = Chromium.start();
    browser.open(http.base() + "/");
    browser.eval(
        "document.getElementById('model').value = 'pooled'; document.getElementById('model').onchange()");
  }

  @AfterEach
  void end() {
    try {
      assertThat(browser.problems()).isEmpty();
    } finally {
      browser.close();
    }
  }

  private void set(String id, String value) {
    browser.eval("document.getElementById('%s').value = '%s'".formatted(id, value));
  }

  private JsonNode scored(String text) {
    return http.ask("/v1/score", "{\"model\":\"pooled\",\"text\":\"" + text + "\"}")
        .path("data")
        .path(0);
  }

  private List<Integer> marked() {
    return browser
        .eval(CELLS + ".filter(s => s.classList.contains('patch')).map(s => s.cell.parts[0].at)")
        .valueStream()
        .map(JsonNode::asInt)
        .toList();
  }

  private static List<Integer> starts(JsonNode scored) {
    return scored.path("patch_starts").valueStream().map(JsonNode::asInt).toList();
  }

  @Test
  void theChosenModelIsTheOneOnTheCardAndTheOneAsked() {
    assertThat(browser.eval("document.getElementById('choice').hidden").asBoolean()).isFalse();
    assertThat(browser.eval("document.getElementById('card').textContent").asText())
        .contains("pooled");
    set("most", "10");
    browser.eval("document.getElementById('prompt').focus()");
    browser.press("Enter", 2);
    browser.until("document.getElementById('status').textContent.startsWith('Done')");
    assertThat(browser.eval(CELLS + ".length").asInt()).isPositive();
  }

  @Test
  void rulesStandWhereThePatchesOfThePromptStart() {
    String text = "one two, three four";
    set("prompt", text);
    browser.eval("document.getElementById('score').click()");
    browser.until("document.getElementById('status').textContent.startsWith('Scored')");
    JsonNode scored = scored(text);
    assertThat(starts(scored)).hasSizeGreaterThan(2);
    assertThat(marked()).isEqualTo(starts(scored));
    JsonNode bits = browser.eval(CELLS + ".map(s => s.cell.parts[0].bits)");
    for (int i = 0; i < bits.size(); i++) {
      assertThat(bits.path(i).asDouble())
          .isCloseTo(scored.path("bits").path(i).asDouble(), within(1e-9));
    }
    browser.eval("document.querySelector('#output .patch').focus()");
    assertThat(browser.eval("document.activeElement.getAttribute('aria-label')").asText())
        .contains("a patch starts");
    browser.eval("document.getElementById('patches').click()");
    assertThat(
            browser
                .eval("getComputedStyle(document.querySelector('#output .patch')).borderLeftWidth")
                .asText())
        .isEqualTo("0px");
  }

  @Test
  void theLikeliestLabelIsMarked() {
    browser.eval("document.getElementById('tab-classify').click()");
    set("input", "Some text");
    set("labels", "yes\\nno\\nperhaps");
    browser.eval("document.getElementById('labels').focus()");
    browser.press("Enter", 2);
    browser.until("document.getElementById('status').textContent.startsWith('Likeliest')");
    JsonNode answer =
        http.ask(
                "/v1/classify",
                "{\"model\":\"pooled\",\"input\":\"Some text\",\"template\":\"{input} \",\"labels\":[\"yes\",\"no\",\"perhaps\"]}")
            .path("data")
            .path(0);
    assertThat(browser.eval("document.querySelector('#scores .best th').textContent").asText())
        .isEqualTo("✓ " + answer.path("label").asText());
    assertThat(browser.eval("document.querySelectorAll('#scores tbody tr').length").asInt())
        .isEqualTo(3);
    assertThat(browser.eval("document.querySelector('#scores .best td').textContent").asText())
        .isEqualTo("%.1f %%".formatted(100 * answer.path("probability").asDouble()));
  }
}
