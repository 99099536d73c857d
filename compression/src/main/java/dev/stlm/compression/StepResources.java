package dev.stlm.compression;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a step may use.
 *
 * @param calibrationText text of the kind the model is for, for distillation and calibration; there
 *     for every step that {@link CompressionStep#needsText() needs} one
 * @param workDirectory an existing directory for temporary files
 * @param seed seeds everything random
 * @param trainer trains, where a training runtime is present
 * @param teacher a larger checkpoint directory to learn from, if the user gave one
 */
public record StepResources(
    Optional<Path> calibrationText,
    Path workDirectory,
    long seed,
    Optional<Trainer> trainer,
    Optional<Path> teacher) {}
