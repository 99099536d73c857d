package dev.stlm.training.finetune;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.safetensors.Dtype;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.SafetensorsWriter;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.model.storage.AtomicDirectory;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.LowRankConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What tuning with low-rank adapters learned (Hu et al. 2021, arXiv 2106.09685), apart from the
 * model: the factors A and B of each projection W, which is used as W + alpha / rank · B · A.
 *
 * <p>On disk a directory with {@code adapter.json} and {@code adapter.safetensors}, much smaller
 * than the model. Checkpoints that training writes have the adapter merged already; this is for who
 * keeps one model and many adapters.
 *
 * @param config rank and scale
 * @param model {@link #hash} of the model that it belongs to
 * @param factors 32-bit floats by name: {@code NAME.adapter.down} {@code [r, inputs]} is A, {@code
 *     NAME.adapter.up} {@code [outputs, r]} is B
 */
public record LowRankAdapter(LowRankConfig config, String model, Map<String, Tensor> factors) {
  private static final String JSON = "adapter.json";
  private static final String FACTORS = "adapter.safetensors";
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The JSON file. */
  private record Description(int version, int rank, double alpha, String model) {}

  public LowRankAdapter {
    factors = Collections.unmodifiableMap(new LinkedHashMap<>(factors));
  }

  /**
   * Names a model by its values as 32-bit floats, whatever their encoding: {@link CheckpointHash}.
   */
  public static String hash(Checkpoint model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach(
            (name, t) -> tensors.put(name, Tensor.F32.of(t.rows(), t.columns(), t.toFloats())));
    return CheckpointHash.of(
        new Checkpoint(model.config(), model.tokenizer(), tensors, model.history()));
  }

  /** The two factors of a projection, A and B: A is random at first, B zero. */
  public static List<Parameter> factors(Parameter projection, LowRankConfig config) {
    return List.of(
        new Parameter(
            projection.name() + ".adapter.down",
            config.rank(),
            projection.columns(),
            Parameter.Kind.MATRIX,
            new Parameter.Init.Normal(1 / Math.sqrt(projection.columns())),
            Optional.empty()),
        new Parameter(
            projection.name() + ".adapter.up",
            projection.rows(),
            config.rank(),
            Parameter.Kind.MATRIX,
            new Parameter.Init.Constant(0),
            Optional.empty()));
  }

  /**
   * Replaces or creates the directory of an adapter.
   *
   * @throws InvalidInputException if it can not be written
   */
  public void write(Path directory) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    factors.forEach((name, t) ->
        tensors.put(
            name,
            new StoredTensor(
                Dtype.F32,
                List.of((long) t.rows(), (long) t.columns()),
                MemorySegment.ofArray(t.toFloats()))));
    String json = StrictJson.text(new Description(1, config.rank(), config.alpha(), model));
    AtomicDirectory.replace(
        directory,
        dir -> {
          Files.write(dir.resolve(JSON), json.getBytes(StandardCharsets.UTF_8));
          AtomicFile.writeAndForce(
              dir.resolve(FACTORS),
              out -> SafetensorsWriter.writeTo(out, tensors, Map.of("stlm", "1")));
        });
  }

  /**
   * Reads a directory that {@link #write} wrote.
   *
   * @throws InvalidInputException if a file is missing or damaged
   */
  public static LowRankAdapter read(Path directory) {
    Path dir = AtomicDirectory.current(directory);
    Description description = StrictJson.read(dir.resolve(JSON), Description.class);
    if (description.version != 1) {
      throw new InvalidInputException(
          dir.resolve(JSON)
              + ": has version "
              + description.version
              + ", this stlm reads version 1; update stlm to read it");
    }
    Map<String, Tensor> factors = new LinkedHashMap<>();
    SafetensorsFile.open(dir.resolve(FACTORS))
        .tensors()
        .forEach((name, t) -> factors.put(name, tensor(dir.resolve(FACTORS) + ": " + name, t)));
    return new LowRankAdapter(
        new LowRankConfig(description.rank, description.alpha), description.model, factors);
  }

  private static Tensor tensor(String where, StoredTensor stored) {
    List<Long> shape = stored.shape();
    if (stored.dtype() != Dtype.F32 || shape.size() != 2) {
      throw new InvalidInputException(where + ": is not a matrix of 32-bit floats");
    }
    return Tensor.F32.of(
        Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)), stored.data().toArray(FLOAT));
  }

  /**
   * The model with this adapter merged: a plain checkpoint.
   *
   * @throws InvalidInputException if the adapter is of another model, or a factor is missing or of
   *     another shape
   */
  public Checkpoint mergeInto(Checkpoint base) {
    if (!hash(base).equals(model)) {
      throw new InvalidInputException(
          "adapter: belongs to another model (hash "
              + model
              + "); give the model it was trained on");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(base.tensors());
    Map<String, Tensor> left = new LinkedHashMap<>(factors);
    for (Parameter p : ParameterLayout.of(base.config()).stored()) {
      Optional<Tensor> down = Optional.ofNullable(left.remove(p.name() + ".adapter.down"));
      Optional<Tensor> up = Optional.ofNullable(left.remove(p.name() + ".adapter.up"));
      if (down.isPresent() && up.isPresent()) {
        tensors.put(p.name(), merged(p, base.tensor(p.name()), down.get(), up.get()));
      } else if (down.isPresent() || up.isPresent()) {
        throw new InvalidInputException("adapter: has one factor of " + p.name() + ", not both");
      }
    }
    if (!left.isEmpty()) {
      throw new InvalidInputException(
          "adapter: the model has no projections for " + String.join(", ", left.keySet()));
    }
    return base.with(
        tensors,
        new History.Entry(
            "adapter/1",
            Map.of(
                "rank", String.valueOf(config.rank()), "alpha", String.valueOf(config.alpha()))));
  }

  private Tensor merged(Parameter p, Tensor base, Tensor down, Tensor up) {
    int rank = config.rank();
    if (down.rows() != rank
        || up.columns() != rank
        || down.columns() != p.columns()
        || up.rows() != p.rows()) {
      throw new InvalidInputException("adapter: the factors of " + p.name() + " do not fit it");
    }
    float[] w = base.toFloats().clone();
    float[] a = down.toFloats();
    float[] b = up.toFloats();
    int columns = p.columns();
    for (int row = 0; row < p.rows(); row++) {
      for (int k = 0; k < rank; k++) {
        float factor = (float) (config.scale() * b[row * rank + k]);
        for (int c = 0; c < columns; c++) {
          w[row * columns + c] += factor * a[k * columns + c];
        }
      }
    }
    return Tensor.F32.of(p.rows(), columns, w);
  }
}
