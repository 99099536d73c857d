package dev.stlm.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.training.data.TrainingText.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTextTest {
  @Test
  void aWeightFollowsTheLastColon(@TempDir Path dir) throws IOException {
    assertThat(Part.parse("books")).isEqualTo(new Part("books", 1));
    assertThat(Part.parse("books:2.5")).isEqualTo(new Part("books", 2.5));
    assertThat(Part.parse("c:\\books:3")).isEqualTo(new Part("c:\\books", 3));
    Path odd = Files.createFile(dir.resolve("chapter:7"));
    assertThat(Part.parse(odd.toString())).isEqualTo(new Part(odd.toString(), 1));
  }

  @Test
  void impossibleMixturesAreRefused() {
    assertThatThrownBy(() -> Part.parse("books:0"))
        .hasMessage("books: has weight 0.0; allowed: above 0, to 1000");
    assertThatThrownBy(() -> new TrainingText(List.of(), false))
        .hasMessage("training: there is no text; give a file or a directory");
    TrainingText two = new TrainingText(List.of(new Part("a", 1), new Part("b", 1)), false);
    assertThatThrownBy(() -> two.onlyPath("--task"))
        .hasMessage("--task: takes one text, not 2; give one of them");
  }
}
