package dev.stlm.docs.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.compression.RecipeReport;
import dev.stlm.compression.StepReport;
import dev.stlm.docs.embed.EmbeddedModel;
import dev.stlm.docs.guide.DemoText;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnPipelineTest {
  @TempDir private Path folder;

  @Test
  void trainsCompressesAndGeneratesWithPartsOfItsOwn() throws IOException {
    Path text = Files.write(folder.resolve("train.txt"), DemoText.train(200_000));
    Path heldOut = Files.write(folder.resolve("heldout.txt"), DemoText.heldOut(8_000));
    Path trained = folder.resolve("trained");
    Path small = folder.resolve("small");

    OwnPipeline.train(text, 40, trained);
    RecipeReport report = OwnPipeline.compress(trained, text, heldOut, small);

    // 40 steps are enough to be far below the 8 bits of chance
    assertThat(report.input().bitsPerByte()).isLessThan(5);
    assertThat(report.steps())
        .extracting(StepReport::step)
        .containsExactly("prune.random/1", "distil/1", "quantise.int8/1");
    StepReport pruned = report.steps().get(0);
    StepReport recovered = report.steps().get(1);
    assertThat(pruned.after().nonZeroParameters()).isLessThan(pruned.before().nonZeroParameters());
    assertThat(recovered.after().nonZeroParameters()).isEqualTo(pruned.after().nonZeroParameters());
    assertThat(recovered.after().bitsPerByte()).isLessThan(pruned.after().bitsPerByte());

    Checkpoint output = CheckpointDirectory.open(small);
    assertThat(output.tokenizer()).isInstanceOf(PairTokenizer.class);
    assertThat(output.tensors().get("embed")).isInstanceOf(Tensor.Int8.class);
    assertThat(output.history().entries())
        .extracting(History.Entry::step)
        .contains("prune.random/1", "quantise.int8/1");
    try (EmbeddedModel model = new EmbeddedModel(small)) {
      assertThat(model.complete("The ", 40)).isNotEmpty();
    }
  }
}
