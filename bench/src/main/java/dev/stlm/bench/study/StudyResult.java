package dev.stlm.bench.study;

/**
 * What one run gave.
 *
 * @param variant its name
 * @param group see {@link StudyRecipe.Variant}
 * @param seed of initial values and data
 * @param fingerprint of everything that the figures depend on: settings, config, texts
 * @param parameters stored values of the model
 * @param steps of training
 * @param trainingFlops operations of training, as {@link dev.stlm.model.accounting.Flops} counts
 * @param trainingBytes bytes of text read
 * @param trainingSeconds time of training, in all its threads
 * @param forwardFlopsPerByte operations to read a byte, at the mean position of a sequence
 * @param bytesPerPatch mean length of a patch in the training text; 1 for a flat model
 * @param bitsPerByte on the held-out text
 * @param standardError of that, over blocks of the text
 * @param heldOutBytes bytes of the held-out text
 */
public record StudyResult(
    String variant,
    String group,
    long seed,
    String fingerprint,
    long parameters,
    long steps,
    double trainingFlops,
    long trainingBytes,
    double trainingSeconds,
    double forwardFlopsPerByte,
    double bytesPerPatch,
    double bitsPerByte,
    double standardError,
    int heldOutBytes) {}
