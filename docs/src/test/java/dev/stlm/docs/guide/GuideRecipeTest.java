package dev.stlm.docs.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.Recipe;
import dev.stlm.training.prepare.PreparationRecipe;
import dev.stlm.training.prepare.SourceConfig;
import org.junit.jupiter.api.Test;

class GuideRecipeTest {
  @Test
  void theRecipeOfTheQuickstartIsValid() {
    Recipe recipe =
        Recipe.read(ProjectFiles.ROOT.resolve("docs/src/test/resources/dev/stlm/docs/recipe.json"));
    assertThat(recipe.steps())
        .extracting(CompressionStep::id)
        .containsExactly("prune.magnitude/1", "distil/1", "quantise.int8/1");
  }

  @Test
  void theRecipeOfTheGuideOnDataIsValid() {
    PreparationRecipe recipe =
        PreparationRecipe.read(
            ProjectFiles.ROOT.resolve("docs/src/test/resources/dev/stlm/docs/data-recipe.json"));
    assertThat(recipe.sources()).extracting(SourceConfig::name).containsExactly("books", "web");
    assertThat(recipe.filters()).hasSize(4);
  }
}
