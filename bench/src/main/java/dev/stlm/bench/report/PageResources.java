package dev.stlm.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The style and scripts of a page, from the class path. */
final class PageResources {
  private static final String UPLOT_VERSION =
      "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private PageResources() {}

  /** A file beside this class. */
  static String own(String name) {
    return read("/dev/stlm/bench/report/" + name);
  }

  /** A file of the uPlot webjar, whatever its version. */
  static String uplot(String name) {
    Properties properties = new Properties();
    try (InputStream in = open(UPLOT_VERSION)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String text =
        read("/META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/" + name);
    if (text.contains("</script") || text.contains("</style")) {
      throw new IllegalStateException(name + " of uPlot can not be embedded as it is");
    }
    return text;
  }

  private static String read(String resource) {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = PageResources.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + resource);
    }
    return in;
  }
}
