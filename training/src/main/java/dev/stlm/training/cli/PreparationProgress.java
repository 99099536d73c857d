package dev.stlm.training.cli;

import dev.stlm.cli.Progress;
import dev.stlm.training.prepare.PreparationListener;
import org.jspecify.annotations.Nullable;

/** Shows how far each stage of a preparation is. */
final class PreparationProgress implements PreparationListener, AutoCloseable {
  private @Nullable Progress progress;

  @Override
  public void started(String name, long size, String unit) {
    close();
    progress = Progress.of(name, size, unit);
  }

  @Override
  public void progressed(long done) {
    if (progress != null) {
      progress.to(done);
    }
  }

  @Override
  public void ended() {
    close();
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
