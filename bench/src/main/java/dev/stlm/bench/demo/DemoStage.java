package dev.stlm.bench.demo;

import dev.stlm.compression.Measurement;

/**
 * A model of the demo, finished and measured.
 *
 * @param name for people
 * @param label a word or two, for plots
 * @param measured parameters, bytes, bits per byte
 */
record DemoStage(String name, String label, Measurement measured) {}
