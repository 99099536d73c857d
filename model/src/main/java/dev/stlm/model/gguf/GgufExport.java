package dev.stlm.model.gguf;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.gguf.GgufValue.Text;
import dev.stlm.model.gguf.GgufValue.Whole;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Writes a flat model for llama.cpp.
 *
 * <p>What llama.cpp computes then is the same model, but for the rounding of its own arithmetic and
 * for what the type of the file loses ({@link Result#relativeError()}). 8-bit integers in groups of
 * 32, or of a multiple of it, keep their bits in Q8_0, 4-bit integers in groups of 32 in Q4_0; only
 * their scales are rounded, to 16-bit floats.
 */
public final class GgufExport {
  private static final int QUANTISATION_VERSION = 2;

  private GgufExport() {}

  /**
   * What was written.
   *
   * @param architecture what llama.cpp calls the model
   * @param tensors how many
   * @param values in all of them
   * @param bytes of the file
   * @param relativeError root mean square of the errors of all matrices' values over that of the
   *     values; 0 where nothing was lost
   * @param dropsDrafts whether the cell that drafts further ids was left out: llama.cpp has none
   */
  public record Result(
      String architecture,
      GgufType type,
      int tensors,
      long values,
      long bytes,
      double relativeError,
      boolean dropsDrafts) {}

  /**
   * Writes a file, whole or not at all.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if llama.cpp computes no such model, the type
   *     can not hold its matrices, or the file can not be written
   */
  public static Result write(Checkpoint checkpoint, GgufType type, Path file) {
    LlamaArchitecture architecture = LlamaArchitecture.of(checkpoint.config());
    FlatConfig config = (FlatConfig) checkpoint.config();
    SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text(architecture.toString()));
    metadata.put("general.name", new Text("stlm " + CheckpointHash.of(checkpoint)));
    metadata.put("general.file_type", new Whole(type.fileId()));
    metadata.put("general.quantization_version", new Whole(QUANTISATION_VERSION));
    architecture.describe(config, metadata);
    ByteVocabulary.describe(checkpoint.tokenizer(), metadata);
    RowEncoding encoding = new RowEncoding(type);
    List<GgufTensor> tensors = LlamaTensors.of(checkpoint, config, architecture, type, encoding);
    long bytes = GgufWriter.write(file, metadata, tensors);
    return new Result(
        architecture.toString(),
        type,
        tensors.size(),
        tensors.stream().mapToLong(t -> (long) t.rows() * t.columns()).sum(),
        bytes,
        encoding.relativeError(),
        config.futureIds().isPresent());
  }
}
