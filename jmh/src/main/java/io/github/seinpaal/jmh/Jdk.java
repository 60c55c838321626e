package io.github.seinpaal.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The JDK that is measured: a java command and its version. */
record Jdk(String java, Runtime.Version version) {
  /** That of a java command, or the one that runs this if null. */
  static Jdk of(String java) throws IOException {
    if (java == null) {
      return new Jdk(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(), Runtime.version());
    }
    Process process =
        new ProcessBuilder(java, "-XshowSettings:properties", "-version")
            .redirectErrorStream(true)
            .start();
    try (Stream<String> lines = process.inputReader().lines()) {
      return lines
          .map(String::trim)
          .filter(line -> line.startsWith("java.version = "))
          .map(line -> Runtime.Version.parse(line.substring("java.version = ".length())))
          .findFirst()
          .map(version -> new Jdk(java, version))
          .orElseThrow(() -> new IOException(java + " does not tell its version"));
    }
  }

  /** Whether it has virtual threads, other than as a preview. */
  boolean virtualThreads() {
    return version.feature() >= 21;
  }

  /** Options that keep JMH's own use of {@code Unsafe} from being reported by newer JDKs. */
  List<String> quiet() {
    return version.feature() >= 23 ? List.of("--sun-misc-unsafe-memory-access=allow") : List.of();
  }

  /** As JMH writes it, {@code 17.0.15}. */
  String number() {
    return version.toString().replaceFirst("[+-].*", "");
  }
}
