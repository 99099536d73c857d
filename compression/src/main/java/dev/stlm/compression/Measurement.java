package dev.stlm.compression;

import java.util.Optional;

/**
 * A model in figures, before or after a step.
 *
 * @param parameters stored values
 * @param nonZeroParameters those that are not zero
 * @param weightBytes size of {@code model.safetensors} on disk
 * @param bitsPerByte of the held-out text on the CPU runtime
 * @param standardError of {@code bitsPerByte}; absent for texts too short for one
 * @param heldOutBytes bytes that were scored
 */
public record Measurement(
    long parameters,
    long nonZeroParameters,
    long weightBytes,
    double bitsPerByte,
    Optional<Double> standardError,
    long heldOutBytes) {}
