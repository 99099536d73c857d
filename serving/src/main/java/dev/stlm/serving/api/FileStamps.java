package dev.stlm.serving.api;

import dev.stlm.model.storage.AtomicDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What tells that the files of a directory have changed, without reading them.
 *
 * @param files by name
 */
record FileStamps(Map<String, Stamp> files) {
  FileStamps {
    files = Map.copyOf(files);
  }

  /**
   * One file.
   *
   * @param key what the file system calls it, such as its inode
   */
  record Stamp(long size, FileTime modified, String key) {}

  /**
   * The files of a checkpoint directory, those of directories in it left out; none if it is away.
   */
  static FileStamps of(Path directory) {
    Map<String, Stamp> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(AtomicDirectory.current(directory))) {
      for (Path file : (Iterable<Path>) list::iterator) {
        BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
        if (a.isRegularFile()) {
          files.put(
              file.getFileName().toString(),
              new Stamp(a.size(), a.lastModifiedTime(), String.valueOf(a.fileKey())));
        }
      }
    } catch (NoSuchFileException e) {
      // it is being replaced
      return new FileStamps(Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new FileStamps(files);
  }
}
