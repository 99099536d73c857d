package dev.stlm.docs.data;

import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.PreparedData;
import dev.stlm.training.data.Shard;
import dev.stlm.training.data.Split;
import dev.stlm.training.prepare.Preparation;
import dev.stlm.training.prepare.PreparationRecipe;
import dev.stlm.training.prepare.SourceConfig;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prepares text and reads it: the code of the guide on data. */
final class OwnDocuments {
  private OwnDocuments() {}

  // @start region="prepare"
  static DataManifest prepare(Path text, Path directory) {
    SourceConfig source = SourceConfig.of("notes", List.of(text.toString()));
    return new Preparation(PreparationRecipe.of(List.of(source)), directory).run();
  }

  static List<String> read(Path directory, Split split) {
    List<String> texts = new ArrayList<>();
    for (Shard shard : PreparedData.open(directory).shards(split)) {
      for (long i = 0; i < shard.documents(); i++) {
        byte[] bytes = shard.document(i).toArray(ValueLayout.JAVA_BYTE);
        texts.add(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  // @end
}
