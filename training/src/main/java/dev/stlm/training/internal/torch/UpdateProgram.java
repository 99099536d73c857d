package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an optimiser does with the gradients of a step, as the text of TorchScript methods.
 *
 * <p>Parameters are in groups with the same treatment. The method for the step is {@code
 * update(GROUP…, rate, count, scale, notFinite)}, where each group is the lists {@code NAME} of
 * parameters, {@code NAMEg} of their gradients and {@code NAME_SLOT} of state for each of its
 * slots; then the learning rate, the number of the step from 1 as a tensor, what gradients are to
 * be divided by, and 1 where nothing may be changed because a gradient is not finite, else 0. It
 * changes parameters and state in place and gives the last of its arguments. (Groups are arguments
 * because PyTorch drops an in-place call on a list that the program itself has made.)
 */
interface UpdateProgram {
  /**
   * Parameters that are treated alike.
   *
   * @param name of the group in the text
   * @param parameters as indices into the stored order, at least one
   * @param slots names of what the optimiser remembers of each of them, a tensor of its shape
   */
  record Group(String name, List<Integer> parameters, List<String> slots) {
    public Group {
      parameters = List.copyOf(parameters);
      slots = List.copyOf(slots);
    }

    /** Names of the lists that are kept from step to step: parameters, then slots. */
    List<String> kept() {
      List<String> names = new ArrayList<>(List.of(name));
      slots.forEach(slot -> names.add(name + "_" + slot));
      return names;
    }
  }

  /** The groups; every parameter is in one of them. */
  List<Group> groups();

  /** The methods of the class. */
  String methods();

  /**
   * The program of a config.
   *
   * @param precision of products, where there are any
   * @param stored parameters in layout order
   * @param joined rows of each of the projections that a parameter joins
   */
  static UpdateProgram of(
      OptimizerConfig config,
      Precision precision,
      List<Parameter> stored,
      Function<Parameter, List<Integer>> joined) {
    return switch (config) {
      case OptimizerConfig.AdamW adamw -> AdamWProgram.of(adamw, stored);
      case OptimizerConfig.Muon muon -> MuonProgram.of(muon, precision, stored, joined);
    };
  }

  /** Name of the group with weight decay that {@link #byDecay} makes. */
  String DECAYED = "d";

  /** Parameters in two groups at most: {@link #DECAYED} with weight decay, {@code u} without. */
  static List<Group> byDecay(List<Parameter> stored, List<Integer> which, List<String> slots) {
    Map<Boolean, List<Integer>> decayed =
        which.stream().collect(Collectors.partitioningBy(i -> decays(stored.get(i))));
    return Stream.of(true, false)
        .map(d -> new Group(d ? DECAYED : "u", decayed.getOrDefault(d, List.of()), slots))
        .filter(group -> !group.parameters().isEmpty())
        .toList();
  }

  /** The head of {@code update}. */
  default ScriptMethod update() {
    StringBuilder arguments = new StringBuilder();
    for (Group group : groups()) {
      arguments.append(group.name()).append("g: List[Tensor], ");
      group.kept().forEach(list -> arguments.append(list).append(": List[Tensor], "));
    }
    arguments.append("rate: float, count: Tensor, scale: Tensor, notFinite: Tensor");
    return new ScriptMethod("update", arguments.toString(), "Tensor");
  }

  /**
   * Whether weight decay applies to a parameter: to projections alone. A gain must not shrink
   * towards 0, and a row of a table would shrink with every step in which its n-gram does not
   * occur.
   */
  static boolean decays(Parameter parameter) {
    return parameter.kind() == Parameter.Kind.MATRIX;
  }
}
