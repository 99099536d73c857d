package dev.stlm.docs.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairTokenizerTest {
  private static final Tokenizer PAIRS = new PairTokenizer("thhee aa");

  @Property
  void losesNothing(@ForAll byte[] text) {
    assertThat(PAIRS.decode(PAIRS.encode(text))).isEqualTo(text);
  }

  @Property
  void losesNothingOfTextsFullOfPairs(@ForAll("fewLetters") byte[] text) {
    int[] ids = PAIRS.encode(text);
    assertThat(PAIRS.decode(ids)).isEqualTo(text);
    assertThat(Arrays.stream(ids))
        .allMatch(id -> id >= 0 && id < PAIRS.vocabularySize() && id != PAIRS.endOfText());
  }

  @Provide
  Arbitrary<byte[]> fewLetters() {
    return Arbitraries.of((byte) 't', (byte) 'h', (byte) 'e', (byte) ' ', (byte) 'a', (byte) 0xE4)
        .array(byte[].class)
        .ofMaxSize(40);
  }

  @Test
  void takesPairsFromLeftToRight() {
    assertThat(PAIRS.encode("the aaa")).containsExactly(257, 259, 260, 'a');
    assertThat(PAIRS.decode(new int[] {256, 257, 256})).asString().isEqualTo("th");
  }

  @Test
  void aCheckpointKeepsThePairs(@TempDir Path folder) {
    FlatConfig config =
        new FlatConfig(
            PAIRS.vocabularySize(),
            16,
            8,
            1,
            new AttentionConfig(1, 1, 8, 10_000, true),
            new FfnConfig(8, Activation.RELU2),
            1e-5,
            true,
            Optional.empty());
    CheckpointDirectory.write(InitialCheckpoint.random(config, PAIRS, 1), folder.resolve("model"));
    Checkpoint opened = CheckpointDirectory.open(folder.resolve("model"));
    assertThat(opened.tokenizer()).isInstanceOf(PairTokenizer.class);
    assertThat(opened.tokenizer().settings()).isEqualTo(PAIRS.settings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"odd", "thth", "ää"})
  void refusesWhatAreNoPairs(String pairs) {
    assertThatThrownBy(() -> new PairTokenizer(pairs))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("pairs: ");
  }
}
