package dev.stlm.compression;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one run of a recipe.
 *
 * @param input the checkpoint directory to start from
 * @param output where the final checkpoint goes: a new directory, or a checkpoint to replace
 * @param workDirectory keeps the checkpoint of every step, {@code report.json}, and what is needed
 *     to go on after a kill; made if missing
 * @param text text to learn from and calibrate on; may be absent if no step {@link
 *     CompressionStep#needsText() needs} one
 * @param heldOut text to score, from elsewhere than {@code text}
 * @param heldOutLimit most bytes of {@code heldOut} to score, from its start; at least 1
 * @param teacher a larger checkpoint directory to learn from, if any
 */
public record RecipeJob(
    Path input,
    Path output,
    Path workDirectory,
    Optional<Path> text,
    Path heldOut,
    long heldOutLimit,
    Optional<Path> teacher) {}
