package dev.stlm.training.internal.watch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The page that draws a run: one document with style and scripts in it. */
final class WatchPage {
  /** What the page may do: run what is in it and ask this server. */
  static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
          + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String OWN = "/dev/stlm/training/internal/watch/";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/";
  private static final String UPLOT_PROPERTIES =
      "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private WatchPage() {}

  /**
   * The page.
   *
   * @param title shown as text
   */
  static String of(String title) {
    return read(OWN + "watch.html")
        .replace("{{uplot.license}}", uplot("LICENSE").replace("--", "- -"))
        .replace("{{uplot.css}}", uplot("dist/uPlot.min.css"))
        .replace("{{watch.css}}", read(OWN + "watch.css"))
        .replace("{{uplot.js}}", uplot("dist/uPlot.iife.min.js"))
        .replace("{{watch.js}}", read(OWN + "watch.js"))
        .replace("{{title}}", escaped(title));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** A file of uPlot, whatever its version. */
  private static String uplot(String name) {
    Properties properties = new Properties();
    try (InputStream in = open(UPLOT_PROPERTIES)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(UPLOT + properties.getProperty("version") + "/" + name);
  }

  private static String read(String resource) {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = WatchPage.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + resource);
    }
    return in;
  }
}
