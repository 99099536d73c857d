package dev.stlm.bench.llamacpp;

/**
 * How long something took.
 *
 * @param wall seconds
 * @param cpu seconds of CPU that the whole process used meanwhile
 */
record Timing(double wall, double cpu) {}
