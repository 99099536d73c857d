package dev.stlm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Hugging Face directories for everyone who opens checkpoints. */
public final class HuggingFaceFormat implements CheckpointFormat {
  @Override
  public boolean recognises(JsonNode config) {
    return SourceConfig.recognises(config);
  }

  @Override
  public Checkpoint open(Path directory) {
    return HuggingFaceCheckpoint.open(directory);
  }

  @Override
  public List<Path> files(Path directory) {
    List<Path> files = new ArrayList<>(Shards.files(directory));
    files.addFirst(directory.resolve(HuggingFaceCheckpoint.CONFIG));
    Path tokenizer = directory.resolve(HuggingFaceCheckpoint.TOKENIZER);
    if (Files.exists(tokenizer)) {
      files.add(tokenizer);
    }
    return files;
  }

  @Override
  public List<Path> weights(Path directory) {
    return Shards.files(directory).stream()
        .filter(file -> file.toString().endsWith(".safetensors"))
        .toList();
  }
}
