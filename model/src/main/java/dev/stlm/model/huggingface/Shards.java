package dev.stlm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.model.storage.OneLine;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The tensors of a directory: of {@code model.safetensors}, or of the files that {@code
 * model.safetensors.index.json} lists.
 *
 * @param tensors by name; views of mapped files
 * @param files the files they are in, and the index
 * @param where names the place in errors
 */
record Shards(Map<String, StoredTensor> tensors, List<Path> files, String where) {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._-]+\\.safetensors");

  Shards {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    files = List.copyOf(files);
  }

  static Shards open(Path directory) {
    List<Path> files = files(directory);
    if (files.size() == 1) {
      Path file = files.getFirst();
      return new Shards(SafetensorsFile.open(file).tensors(), files, file.toString());
    }
    Path index = files.getFirst();
    Map<String, String> map = index(index);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Path file : files.subList(1, files.size())) {
      if (!Files.exists(file)) {
        throw new InvalidInputException(
            file + ": no such file, but " + INDEX + " lists it; fetch the missing part");
      }
      String name = String.valueOf(file.getFileName());
      SafetensorsFile.open(file)
          .tensors()
          .forEach((tensor, value) -> {
            if (!name.equals(map.get(tensor))) {
              throw new InvalidInputException(
                  "%s: holds %s, which %s does not list in it; the files do not belong together"
                      .formatted(file, OneLine.of(tensor), INDEX));
            }
            tensors.put(tensor, value);
          });
    }
    map.forEach((tensor, name) -> {
      if (!tensors.containsKey(tensor)) {
        throw new InvalidInputException(
            "%s: lists %s in %s, which does not hold it; the files do not belong together"
                .formatted(index, OneLine.of(tensor), name));
      }
    });
    return new Shards(tensors, files, index.toString());
  }

  /** The one file with tensors, or the index and the files that it lists. */
  static List<Path> files(Path directory) {
    Path single = directory.resolve(SINGLE);
    Path index = directory.resolve(INDEX);
    if (Files.exists(single)) {
      return List.of(single);
    }
    if (!Files.exists(index)) {
      throw new InvalidInputException(
          "%s: holds neither %s nor %s; convert its weights to safetensors"
              .formatted(directory, SINGLE, INDEX));
    }
    Set<Path> files = new TreeSet<>();
    index(index).values().forEach(name -> files.add(directory.resolve(name)));
    List<Path> all = new ArrayList<>(List.of(index));
    all.addAll(files);
    return all;
  }

  /** The name of the file of each tensor. */
  private static Map<String, String> index(Path file) {
    Fields fields = new Fields(StrictJson.readTree(file), file.toString());
    JsonNode map =
        fields
            .any("weight_map")
            .filter(JsonNode::isObject)
            .orElseThrow(() -> fields.missing("weight_map"));
    Map<String, String> files = new TreeMap<>();
    map.properties()
        .forEach(entry -> {
          String name = entry.getValue().asText();
          if (!entry.getValue().isTextual() || !PLAIN_NAME.matcher(name).matches()) {
            throw fields.unsupported(
                "the file of " + OneLine.of(entry.getKey()),
                name,
                "the name of a .safetensors file in this directory");
          }
          files.put(entry.getKey(), name);
        });
    fields.refuseOthers(Set.of("metadata"));
    return files;
  }
}
