package dev.stlm.training.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextClassifierTest {
  private static final ClassificationTask TASK =
      TextClassifier.classification(FineTuningTasks.named("sentiment"));

  @TempDir Path dir;
  private final Checkpoint checkpoint = checkpoint(1);

  @Test
  void aHeadLearnsItsExamplesAndIsReadAsItWasWritten() {
    List<Example> examples = examples();
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint)) {
      LabelHead head = LabelHead.fit(model, TASK, examples, 1);
      head.write(dir.resolve(LabelHead.FILE));
      assertThat(LabelHead.read(dir.resolve(LabelHead.FILE))).isEqualTo(head);
    }
    CheckpointDirectory.write(checkpoint, dir.resolve("best"));
    try (TextClassifier classifier = TextClassifier.open(dir, "sentiment")) {
      assertThat(classifier.labels()).containsExactly("negative", "positive");
      assertThat(classifier.accuracy(examples).value()).isGreaterThanOrEqualTo(0.95);
      double[] p = classifier.probabilities("a splendid walk");
      assertThat(p[0] + p[1]).isCloseTo(1, within(1e-9));
      assertThat(p[1]).isGreaterThan(0.5);
    }
  }

  @Test
  void withoutAHeadTheAnswersSayWhichClass() {
    CheckpointDirectory.write(checkpoint, dir.resolve("last"));
    List<Example> examples = examples();
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        TextClassifier classifier = TextClassifier.open(dir, "sentiment")) {
      int[] likeliest = AnswerScoring.likeliest(model, examples, TASK.answers());
      for (int i = 0; i < likeliest.length; i++) {
        String prompt = examples.get(i).prompt();
        double[] p = classifier.probabilities(prompt.substring(0, prompt.indexOf('\n')));
        assertThat(p[likeliest[i]]).isGreaterThanOrEqualTo(0.5);
        assertThat(p[0] + p[1]).isCloseTo(1, within(1e-9));
      }
    }
  }

  @Test
  void aHeadFitsItsModelAlone() {
    LabelHead head;
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint)) {
      head = LabelHead.fit(model, TASK, examples(), 1);
    }
    try (LanguageModel other = ModelRuntimes.load("cpu", checkpoint(2))) {
      TextClassifier classifier = new TextClassifier(other, TASK, Optional.of(head));
      assertThatThrownBy(() -> classifier.probabilities("a warm soup"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("head: belongs to another model");
    }
    assertThatThrownBy(() -> TextClassifier.classification(FineTuningTasks.named("chat")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("task chat has no classes");
  }

  @Test
  void meanProbabilitiesOfAFitAreTheSharesOfTheClasses() {
    // at the optimum the gradient of the unpenalised bias is 0
    java.util.Random random = new java.util.Random(5);
    List<float[]> rows = new ArrayList<>();
    int[] labels = new int[300];
    for (int n = 0; n < labels.length; n++) {
      labels[n] = random.nextInt(10) < 3 ? 2 : random.nextInt(2);
      rows.add(
          new float[] {(float) (5 + labels[n] + random.nextGaussian()), 1f, random.nextFloat()});
    }
    double[][] weights = LogisticRegression.fit(rows, labels, 3);
    for (int c = 0; c < 3; c++) {
      int label = c;
      double mean =
          rows.stream()
              .mapToDouble(row -> LogisticRegression.probabilities(weights, row)[label])
              .average()
              .orElseThrow();
      double share = Arrays.stream(labels).filter(l -> l == label).count() / 300.0;
      assertThat(mean).isCloseTo(share, within(2e-3));
    }
  }

  private static Checkpoint checkpoint(long seed) {
    return InitialCheckpoint.random(Presets.named("tiny-pooled"), new ByteTokenizer(), seed);
  }

  private static List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    for (String thing : List.of("soup", "film", "song", "walk", "book")) {
      for (String praise : List.of("lovely", "splendid", "warm", "brilliant")) {
        examples.add(Example.of(TASK.prompt("a " + praise + " " + thing), " good"));
      }
      for (String blame : List.of("boring", "clumsy", "dull", "messy")) {
        examples.add(Example.of(TASK.prompt("a " + blame + " " + thing), " bad"));
      }
    }
    return examples;
  }
}
