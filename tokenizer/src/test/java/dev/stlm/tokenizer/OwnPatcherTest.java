package dev.stlm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Example;

/** A patcher that this project does not know is found by its type and keeps the contract. */
class OwnPatcherTest extends PatcherContract {
  @Override
  protected Patcher patcher(int cap) {
    return new SentencePatcher(cap);
  }

  @Example
  void itIsFoundByTypeBesideThoseOfTheProject() {
    Patcher own = Patchers.create("sentence", Map.of("cap", "40"));
    assertThat(own).isEqualTo(new SentencePatcher(40));
    assertThat(own.meanPatch("Ab. Cd.".getBytes(StandardCharsets.UTF_8))).isEqualTo(3.5);
    assertThat(Patchers.create("whitespace", Map.of())).isInstanceOf(WhitespacePatcher.class);
  }

  @Example
  void anUnknownTypeIsAnsweredWithThoseThatThereAre() {
    assertThatThrownBy(() -> Patchers.create("paragraph", Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "unknown patcher type \"paragraph\"; on the class path: bpe, entropy, sentence,"
                + " stride, whitespace");
  }
}
