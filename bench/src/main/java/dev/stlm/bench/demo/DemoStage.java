package dev.stlm.bench.demo;

import dev.stlm.compression.Measurement;

/**
 * A model of the demo, finished and measured.
 *
 * @param name for people
 * @param measured parameters, bytes, bits per byte
 */
record DemoStage(String name, Measurement measured) {}
