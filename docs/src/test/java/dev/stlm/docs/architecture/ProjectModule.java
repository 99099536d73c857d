package dev.stlm.docs.architecture;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What each module may use: the arrows and the third-party table of architecture.md. */
@SuppressWarnings("ImmutableEnumChecker") // both sets come from Set.of
enum ProjectModule {
  TOKENIZER(Set.of(), Set.of("com.knuddels.jtokkit..")),
  CLI(Set.of("tokenizer"), Set.of("picocli..", "me.tongfei..")),
  MODEL(Set.of("tokenizer"), Set.of("com.fasterxml.jackson..", "jdk.incubator.vector..")),
  COMPRESSION(Set.of("tokenizer", "model"), Set.of("com.fasterxml.jackson..")),
  TRAINING(
      Set.of("tokenizer", "model", "compression"),
      Set.of(
          "com.fasterxml.jackson..",
          "ai.djl..",
          "com.sun.net.httpserver..",
          "dev.hardwood..",
          "com.github.luben.zstd..")),
  SERVING(
      Set.of("tokenizer", "model"),
      Set.of(
          "com.fasterxml.jackson..",
          "io.quarkus..",
          "io.vertx..",
          "io.smallrye..",
          "io.micrometer..",
          "jakarta..",
          "org.graalvm.nativeimage..",
          "org.graalvm.word..",
          "org.eclipse.microprofile..",
          "org.jboss..")),
  BENCH(
      Set.of("tokenizer", "model", "compression", "training"),
      Set.of("com.fasterxml.jackson..", "org.apache.arrow..", "org.tukaani.xz.."));

  /** What every module may use. */
  private static final Set<String> EVERYWHERE = Set.of("java..", "org.jspecify..");

  private final Set<String> modules;
  private final Set<String> libraries;

  ProjectModule(Set<String> modules, Set<String> libraries) {
    this.modules = modules;
    this.libraries = libraries;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All packages of the module. */
  String packages() {
    return packages(id());
  }

  /**
   * The packages for the command line, which alone may use the command-line parser. The demo is a
   * command from end to end.
   */
  String[] commandLinePackages() {
    String commands = "dev.stlm." + id() + ".cli..";
    return switch (this) {
      case BENCH -> new String[] {commands, "dev.stlm.bench.demo.."};
      // the module named cli is the command line itself
      case CLI -> new String[0];
      default -> new String[] {commands};
    };
  }

  Set<String> modules() {
    return modules;
  }

  /** Every package that code of the module may use, its commands aside. */
  Set<String> allowed() {
    Set<String> allowed = new TreeSet<>(EVERYWHERE);
    allowed.addAll(libraries);
    allowed.add(packages());
    modules.forEach(m -> allowed.add(packages(m)));
    return allowed;
  }

  private static String packages(String module) {
    return "dev.stlm." + module + "..";
  }
}
