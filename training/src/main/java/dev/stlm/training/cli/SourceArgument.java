package dev.stlm.training.cli;

import dev.stlm.training.prepare.SourceConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A source as it is written on the command line: {@code PATH} or {@code NAME=PATH}. */
final class SourceArgument {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)");
  private static final Pattern END = Pattern.compile("(\\.[A-Za-z]+)+$");

  private SourceArgument() {}

  /** Reads an argument; without a name the source is named after the file. */
  static SourceConfig parse(String argument, String licence, String field) {
    Matcher named = NAMED.matcher(argument);
    boolean hasName = named.matches() && !Files.exists(Path.of(argument));
    String path = hasName ? named.group(2) : argument;
    String name = hasName ? named.group(1) : nameOf(Path.of(path));
    return new SourceConfig(name, List.of(path), licence, 1, field);
  }

  private static String nameOf(Path path) {
    String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    String name = END.matcher(file).replaceFirst("").replaceAll("[^A-Za-z0-9._-]+", "-");
    return name.replaceFirst("^[._-]+", "");
  }
}
