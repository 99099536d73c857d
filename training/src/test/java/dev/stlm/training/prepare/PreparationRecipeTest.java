package dev.stlm.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreparationRecipeTest {
  @Test
  void whatIsLeftOutHasItsDefault() {
    PreparationRecipe recipe =
        parse(
            "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x.txt\"], \"weight\": 2}],"
                + "\"duplicates\": {\"threshold\": 0.7}");
    PreparationRecipe usual =
        PreparationRecipe.of(
            List.of(
                new SourceConfig("a", List.of("x.txt"), SourceConfig.UNKNOWN_LICENCE, 2, "text")));
    assertThat(recipe.sources()).isEqualTo(usual.sources());
    assertThat(recipe.duplicates())
        .isEqualTo(
            new DuplicatesConfig(true, true, 0.7, DuplicatesConfig.Shingles.WORDS, 5, 20, 6));
    assertThat(recipe.split()).isEqualTo(usual.split());
    assertThat(recipe.decontamination()).isEqualTo(usual.decontamination());
    assertThat(recipe.shardBytes()).isEqualTo(usual.shardBytes());
    // what the manifest holds can be read again
    assertThat(PreparationRecipe.parse(StrictJson.text(recipe), "again")).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"sources\": []|sources is []; allowed: at least one",
        "\"filters\": []|sources",
        "\"sources\": [{\"inputs\": [\"x\"]}]|name",
        "\"sources\": [{\"name\": \"a b\", \"inputs\": [\"x\"]}]|name of a source",
        "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x\"], \"lisence\": \"y\"}]|lisence",
        "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x\"]}, {\"name\": \"a\", \"inputs\": [\"y\"]}]|one name a source",
        "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x\"]}], \"split\": {\"valid\": 0.6, \"test\": 0.5}|below 1",
        "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x\"]}], \"duplicates\": {\"shingles\": \"letters\"}|shingles",
        "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x\"]}], \"filters\": [{\"type\": \"none\"}]|there is no type none",
        "\"sources\": [{\"name\": \"a\", \"inputs\": [\"x\"]}], \"seed\": \"one\"|seed"
      })
  void whatIsWrongIsNamed(String json, String reason) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("recipe.json")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private static PreparationRecipe parse(String json) {
    return PreparationRecipe.parse("{\"version\": 1, " + json + "}", "recipe.json");
  }
}
