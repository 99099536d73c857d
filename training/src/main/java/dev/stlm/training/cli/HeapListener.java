package dev.stlm.training.cli;

import dev.stlm.training.TrainingListener;
import java.nio.file.Path;

/**
 * Collects what a checkpoint leaves on the Java heap: arrays as large as the model and what the
 * optimiser remembers of it. They are too large for the young generation, and the old one is not
 * collected before the heap is full, which is a quarter of the machine's memory.
 */
final class HeapListener implements TrainingListener {
  @Override
  public void saved(long step, Path checkpoint) {
    System.gc();
  }
}
