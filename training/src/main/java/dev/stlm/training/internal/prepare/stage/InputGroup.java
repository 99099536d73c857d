package dev.stlm.training.internal.prepare.stage;

import dev.stlm.training.data.DataManifest.Input;
import dev.stlm.training.prepare.SourceConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of one source that are read by one unit.
 *
 * @param source what they belong to
 * @param number of the group within the source, from 0
 * @param files at least one
 */
record InputGroup(SourceConfig source, int number, List<Input> files) {
  /** Files are put together up to so many bytes; a larger one is a group of its own. */
  private static final long USUAL_BYTES = 64L << 20;

  InputGroup {
    files = List.copyOf(files);
  }

  /** The files of a source in groups, in order. */
  static List<InputGroup> of(SourceConfig source, List<Input> files) {
    List<InputGroup> groups = new ArrayList<>();
    List<Input> group = new ArrayList<>();
    long bytes = 0;
    for (Input file : files) {
      if (!group.isEmpty() && bytes + file.bytes() > USUAL_BYTES) {
        groups.add(new InputGroup(source, groups.size(), group));
        group.clear();
        bytes = 0;
      }
      group.add(file);
      bytes += file.bytes();
    }
    if (!group.isEmpty()) {
      groups.add(new InputGroup(source, groups.size(), group));
    }
    return groups;
  }

  /** Bytes of the files. */
  long bytes() {
    return files.stream().mapToLong(Input::bytes).sum();
  }
}
