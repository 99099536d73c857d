package dev.stlm.serving.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.serving.kit.Chromium;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.security.KeysTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The playground of a server that wants a key. */
@Tag("slow")
@Tag("browser")
@QuarkusTest
@TestProfile(KeysTest.WithKeys.class)
class KeyedPageTest {
  @Test
  void theKeyIsAskedForAndKeptInTheTabAlone() throws IOException {
    try (Chromium browser = Chromium.start()) {
      browser.open(Http.ofApplication().base() + "/");
      assertThat(browser.eval("document.getElementById('alert').textContent").asText())
          .contains("API key");
      assertThat(browser.eval("document.activeElement.id").asText()).isEqualTo("key");
      browser.type("test-key");
      browser.press("Enter", 0);
      browser.until("document.getElementById('served').textContent === 'toy'");
      assertThat(browser.eval("document.getElementById('alert').hidden").asBoolean()).isTrue();
      browser.eval("document.getElementById('prompt').focus()");
      browser.press("Enter", 2);
      browser.until("document.getElementById('status').textContent.startsWith('Done')");
      assertThat(browser.eval("JSON.stringify(localStorage) + document.cookie + location").asText())
          .doesNotContain("test-key");
      assertThat(browser.eval("JSON.stringify(sessionStorage)").asText()).contains("test-key");
    }
  }
}
