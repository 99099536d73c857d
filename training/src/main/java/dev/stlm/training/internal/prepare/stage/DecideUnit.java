package dev.stlm.training.internal.prepare.stage;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.internal.prepare.sign.LongSet;
import dev.stlm.training.internal.prepare.sign.NearDuplicates;
import dev.stlm.training.prepare.PreparationRecipe;
import dev.stlm.training.prepare.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Stage two: goes through the signatures of all documents in order and leaves one byte for each
 * that says where it goes, a {@link Decision}.
 */
final class DecideUnit implements Unit {
  /** Documents between two words on progress. */
  private static final int STRIDE = 4096;

  private final List<ReadUnit> parts;
  private final PreparationRecipe recipe;
  private final String key;
  private final Path file;
  private final long documents;

  /**
   * A unit.
   *
   * @param parts done, in the order of the recipe
   */
  DecideUnit(List<ReadUnit> parts, PreparationRecipe recipe, Path work) {
    this.parts = List.copyOf(parts);
    this.recipe = recipe;
    StringBuilder all = new StringBuilder(StrictJson.line(recipe.duplicates()));
    all.append(StrictJson.line(recipe.split())).append(recipe.seed());
    parts.forEach(part -> all.append(' ').append(part.key()));
    this.key = Sha256.hex(all.toString().getBytes(StandardCharsets.UTF_8));
    this.file = work.resolve("decide-" + key);
    this.documents = parts.stream().mapToLong(p -> p.report().kept().documents()).sum();
    if (documents > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "prepare: "
              + documents
              + " documents are more than one preparation takes, 2147483639; prepare them in parts");
    }
  }

  String key() {
    return key;
  }

  @Override
  public Path result() {
    return file;
  }

  @Override
  public long size() {
    return documents;
  }

  @Override
  public void run(LongConsumer progress) {
    byte[] decisions = new byte[(int) documents];
    Deciding deciding = new Deciding();
    int[] at = {0};
    for (ReadUnit part : parts) {
      try {
        SignatureFile.read(
            part.signatures(),
            part.report().kept().documents(),
            recipe.duplicates(),
            (hash, origin, minHash) -> {
              decisions[at[0]++] = deciding.of(hash, origin, minHash).code();
              if (at[0] % STRIDE == 0) {
                progress.accept(STRIDE);
              }
            });
      } catch (IOException e) {
        throw new InvalidInputException(
            part.signatures() + ": can not be read (" + e + "); delete it and prepare again", e);
      }
    }
    AtomicFile.write(file, decisions);
    progress.accept(documents % STRIDE);
  }

  /** What has been seen so far. */
  private final class Deciding {
    private final LongSet seen = new LongSet();
    private final NearDuplicates near =
        new NearDuplicates(recipe.duplicates(), recipe.duplicates().near() ? (int) documents : 0);

    Decision of(long hash, long origin, int[] minHash) {
      if (recipe.duplicates().exact() && !seen.add(hash)) {
        return Decision.DUPLICATE;
      }
      if (recipe.duplicates().near() && near.isDuplicate(minHash)) {
        return Decision.NEAR_DUPLICATE;
      }
      long seed = recipe.seed();
      double place = new SplittableRandom(origin ^ seed).nextDouble();
      return Decision.keep(recipe.split().of(place));
    }
  }
}
