package dev.stlm.model.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Replaces whole directories: filled beside the target, flushed to the disk, then renamed.
 *
 * <p>File systems can not rename a directory over a full one, so for a moment the old one stands
 * under the name {@code .NAME.previous}; {@link #current} finds it there if the process died in
 * that moment. One writer a target at a time.
 */
public final class AtomicDirectory {
  /** Fills a new, empty directory. */
  @FunctionalInterface
  public interface Content {
    /** Writes files and directories below {@code directory}; they need not be flushed. */
    void writeTo(Path directory) throws IOException;
  }

  private AtomicDirectory() {}

  /**
   * Where the content of a directory is: the path itself, or what a killed {@link #replace} left.
   */
  public static Path current(Path target) {
    Path previous = beside(target, ".previous");
    return !Files.exists(target) && Files.isDirectory(previous) ? previous : target;
  }

  /**
   * Replaces or creates a directory; missing parents are made. What was in it is gone afterwards;
   * if anything fails it is as it was.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if it can not be written, naming the directory
   */
  public static void replace(Path target, Content content) {
    try {
      Path real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
      Path parent = AtomicFile.parent(real);
      Files.createDirectories(parent);
      Path fresh = beside(real, ".writing");
      Path previous = beside(real, ".previous");
      delete(fresh);
      try {
        Files.createDirectory(fresh);
        content.writeTo(fresh);
        force(fresh);
        swap(fresh, real, previous);
        AtomicFile.forceDirectory(parent);
      } finally {
        delete(fresh);
      }
      delete(previous);
    } catch (IOException e) {
      throw AtomicFile.notWritten(target, e);
    }
  }

  private static void swap(Path fresh, Path real, Path previous) throws IOException {
    boolean replaces = Files.exists(real);
    if (replaces) {
      delete(previous);
      Files.move(real, previous, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(previous, real, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
  }

  private static Path beside(Path target, String suffix) {
    Path absolute = target.toAbsolutePath().normalize();
    return absolute.resolveSibling("." + absolute.getFileName() + suffix);
  }

  private static void force(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
              channel.force(true);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            AtomicFile.forceDirectory(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Deletes a tree, if it is there; links are removed, not followed. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
