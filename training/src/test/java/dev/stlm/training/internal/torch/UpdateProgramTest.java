package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Twelve steps of each optimiser against its reference implementation, from the same gradients. */
class UpdateProgramTest {
  private static final OptimiserGoldens GOLDENS = OptimiserGoldens.read();

  @BeforeAll
  static void matricesAreTiny() {
    TorchDevice.useThreads(1);
  }

  /** Tolerances: about ten units in the last place of 32 bits, and of bfloat16 times the way. */
  static Stream<Arguments> references() {
    double decay = GOLDENS.number("weightDecay");
    double clip = GOLDENS.number("clip");
    OptimizerConfig adamw = OptimizerConfig.of(1).with(1, decay, clip);
    OptimizerConfig muon = OptimizerConfig.muon(1).with(1, decay, clip);
    return Stream.of(
        Arguments.of("adamw", adamw, Precision.FLOAT32, 1e-6),
        Arguments.of("muon", muon, Precision.FLOAT32, 2e-6),
        Arguments.of("muonBfloat16", muon, Precision.MIXED, 2e-3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("references")
  void anOptimiserGoesTheWayOfItsReference(
      String reference, OptimizerConfig config, Precision precision, double tolerance) {
    try (Problem problem = new Problem(config, precision)) {
      follow(problem, reference, tolerance);
    }
  }

  @Test
  void projectionsThatAParameterJoinsGoTheirOwnWays() {
    OptimizerConfig muon =
        OptimizerConfig.muon(1).with(1, GOLDENS.number("weightDecay"), GOLDENS.number("clip"));
    String first = GOLDENS.parameters().getFirst().name();
    Function<Parameter, List<Integer>> joined =
        p -> p.name().equals(first) ? GOLDENS.joined() : List.of(p.rows());
    try (Problem problem = new Problem(muon, Precision.FLOAT32, joined)) {
      follow(problem, "muonJoined", 2e-6);
    }
  }

  private static void follow(Problem problem, String reference, double tolerance) {
    for (int step = 1; step <= GOLDENS.rates().length; step++) {
      problem.step(step, GOLDENS.gradients(step), 0);
      if (GOLDENS.shown().contains(step)) {
        assertClose(problem.weights(), GOLDENS.after(reference, step), tolerance);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("references")
  void gradientsThatAreNotFiniteChangeNothing(
      String reference, OptimizerConfig config, Precision precision, double tolerance) {
    try (Problem problem = new Problem(config, precision)) {
      problem.step(1, GOLDENS.gradients(1), 0);
      List<float[]> before = problem.everything();
      List<float[]> broken = GOLDENS.gradients(2);
      broken.forEach(g -> Arrays.fill(g, Float.NaN));
      problem.step(2, broken, 1);
      List<float[]> after = problem.everything();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
  }

  @Test
  void theAverageGoesTheWayOfItsReference() {
    String text =
        TorchScriptArchive.CLASS_HEADER
            + AveragingProgram.methods()
            + new ScriptMethod("apply", "share: Tensor, a: List[Tensor], w: List[Tensor]", "Tensor")
                .line("_0 = self.average(a, w, share)")
                .line("return share")
                .text();
    AveragingConfig config = new AveragingConfig(GOLDENS.number("averageDecay"));
    OptimizerConfig adamw =
        OptimizerConfig.of(1).with(1, GOLDENS.number("weightDecay"), GOLDENS.number("clip"));
    try (Problem problem = new Problem(adamw, Precision.FLOAT32);
        NDManager scope = problem.manager.newSubManager()) {
      NDList average = new NDList();
      problem.weights.forEach(w -> average.add(w.duplicate()));
      TorchProgram program = new TorchProgram(scope, text);
      for (int step = 1; step <= GOLDENS.rates().length; step++) {
        problem.step(step, GOLDENS.gradients(step), 0);
        NDArray share = scope.create((float) (1 - config.decay(step)));
        program.call("apply", false, List.of(share), List.of(average, problem.weights));
        if (GOLDENS.shown().contains(step)) {
          List<float[]> values = average.stream().map(NDArray::toFloatArray).toList();
          assertClose(values, GOLDENS.after("average", step), 1e-6);
        }
      }
    }
  }

  private static void assertClose(List<float[]> actual, List<float[]> expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i))
          .as(GOLDENS.parameters().get(i).name())
          .usingComparatorWithPrecision((float) tolerance)
          .containsExactly(expected.get(i));
    }
  }

  /** The golden problem: parameters that are updated by given gradients. */
  private static final class Problem implements AutoCloseable {
    private final NDManager manager = TestDevice.open();
    private final NDList weights = new NDList();
    private final List<NDList> groups = new ArrayList<>();
    private final TorchProgram program;

    Problem(OptimizerConfig config, Precision precision) {
      this(config, precision, p -> List.of(p.rows()));
    }

    Problem(
        OptimizerConfig config, Precision precision, Function<Parameter, List<Integer>> joined) {
      List<Parameter> parameters = GOLDENS.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        weights.add(array(manager, i, GOLDENS.start().get(i)));
      }
      UpdateProgram update = UpdateProgram.of(config, precision, parameters, joined);
      StringBuilder arguments = new StringBuilder("settings: Tensor, g: List[Tensor]");
      List<String> given = new ArrayList<>();
      for (UpdateProgram.Group group : update.groups()) {
        given.add(group.parameters().stream().map(i -> "g[" + i + "]").toList().toString());
        given.addAll(group.kept());
        group.kept().forEach(list -> arguments.append(", ").append(list).append(": List[Tensor]"));
        NDList values = new NDList();
        group.parameters().forEach(i -> values.add(weights.get(i)));
        groups.add(values);
        for (int slot = 0; slot < group.slots().size(); slot++) {
          NDList zeros = new NDList();
          values.forEach(v -> zeros.add(v.zerosLike()));
          groups.add(zeros);
        }
      }
      this.program =
          new TorchProgram(
              manager,
              TorchScriptArchive.CLASS_HEADER
                  + update.methods()
                  + new ScriptMethod("apply", arguments.toString(), "Tensor")
                      .line("rate = float(torch.select(settings, 0, 0))")
                      .line("numbers = torch.to(settings, 6)")
                      .line(
                          ("_0 = self.update(%s, rate, torch.select(numbers, 0, 1),"
                                  + " torch.select(numbers, 0, 2), torch.select(numbers, 0, 3))")
                              .formatted(String.join(", ", given)))
                      .line("return numbers")
                      .text());
    }

    private static NDArray array(NDManager owner, int parameter, float[] values) {
      Parameter p = GOLDENS.parameters().get(parameter);
      boolean vector = p.kind() == Parameter.Kind.GAIN;
      return owner.create(
          values, vector ? new Shape(p.columns()) : new Shape(p.rows(), p.columns()));
    }

    void step(int number, List<float[]> gradients, double notFinite) {
      double squares = 0;
      for (float[] g : gradients) {
        for (float f : g) {
          squares += (double) f * f;
        }
      }
      double scale = Math.max(Math.sqrt(squares) / GOLDENS.number("clip"), 1);
      try (NDManager scope = manager.newSubManager()) {
        double[] settings = {GOLDENS.rates()[number - 1], number, scale, notFinite};
        NDList g = new NDList();
        for (int i = 0; i < gradients.size(); i++) {
          g.add(array(scope, i, gradients.get(i)));
        }
        List<NDList> lists = new ArrayList<>(List.of(g));
        lists.addAll(groups);
        NDArray given = scope.create(settings, new Shape(4)).toType(DataType.FLOAT64, false);
        program.call("apply", false, List.of(given), lists);
      }
    }

    List<float[]> weights() {
      return weights.stream().map(NDArray::toFloatArray).toList();
    }

    /** Weights and what the optimiser remembers. */
    List<float[]> everything() {
      return groups.stream().flatMap(NDList::stream).map(NDArray::toFloatArray).toList();
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
