package dev.stlm.serving;

import dev.stlm.serving.cli.NativeImage;
import io.smallrye.config.PropertiesConfigSourceLoader;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.smallrye.config.SysPropConfigSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where an executable looks for properties: in the environment and at {@code
 * config/application.properties} of the current directory, but not among its resources. What those
 * say was recorded when it was built, and five searches of them take three milliseconds of its
 * start; two more go into comparing an environment that has nothing to say with all names that
 * there are.
 */
public final class PropertyFiles implements SmallRyeConfigBuilderCustomizer {
  private static final int ORDINAL = 260;

  @Override
  public void configBuilder(SmallRyeConfigBuilder builder) {
    if (!NativeImage.runs()) {
      return;
    }
    builder.withInterceptors(new GivenNames(builder.getDefaultValues()));
    builder.setAddDefaultSources(false);
    String directory = System.getProperty("user.dir");
    Path file = Path.of(directory, "config", "application.properties");
    if (Files.exists(file)
        || Files.exists(Path.of(directory, ".env"))
        || saysSomething(System.getenv().keySet())
        || refersToOthers(System.getProperties().values())) {
      builder.setAddSystemSources(true);
      builder.withSources(
          PropertiesConfigSourceLoader.inFileSystem(
              file.toUri().toString(), ORDINAL, builder.getClassLoader()));
    } else {
      builder.withSources(new SysPropConfigSource());
    }
  }

  /** Whether a variable of an environment may stand for a property, as QUARKUS_HTTP_PORT does. */
  static boolean saysSomething(Set<String> environment) {
    return environment.stream()
        .map(name -> name.toUpperCase(Locale.ROOT))
        .anyMatch(name ->
            Stream.of("QUARKUS", "STLM", "SMALLRYE").anyMatch(name::contains)
                || name.startsWith("MP_"));
  }

  /** Whether a value is put together from others, as ${HOME}/log is, which may be variables. */
  static boolean refersToOthers(Collection<?> values) {
    return values.stream().anyMatch(value -> value.toString().contains("${"));
  }
}
