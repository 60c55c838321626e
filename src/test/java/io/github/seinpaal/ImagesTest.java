package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.seinpaal.probe.Probe;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library runs with and without Java Flight Recorder. {@link Probe} is made a module, and run
 * on two images: one linked without jdk.jfr, one with it although nobody requires it. (On a whole
 * JDK it is resolved whoever is started, since jdk.management.jfr provides a service.)
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ImagesTest {
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final String MAIN = Probe.class.getName();
  private static final String MODULE_MAIN = "probe/" + MAIN;

  @TempDir private static Path scratch;
  private static String path; // of the library and the probe

  @BeforeAll
  static void makeTheProbeAModule() throws IOException, URISyntaxException {
    Path library =
        Path.of(
            CountingSemaphore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path probe = scratch.resolve("probe");
    path = library + File.pathSeparator + probe;
    Path copy = probe.resolve(MAIN.replace('.', '/') + ".class");
    Files.createDirectories(copy.getParent());
    try (InputStream in = Probe.class.getResourceAsStream("Probe.class")) {
      Files.copy(in, copy);
    }
    Path source = scratch.resolve("module-info.java");
    Files.writeString(source, "module probe { requires io.github.seinpaal; }");
    run(JDK, "javac", "-p", path, "-d", probe.toString(), source.toString());
  }

  /** Without the module, by module path and by class path, the library works and nobody is told. */
  @Test
  void runsOnAnImageWithoutTheModule() {
    Path image = link("without", "probe");
    assertThat(run(image, "java", "-m", MODULE_MAIN))
        .containsExactly("refused", "present false", "resolved false", "named true");
    assertThat(run(image, "java", "--limit-modules", "java.base", "-cp", path, MAIN))
        .containsExactly("refused", "present false", "resolved false", "named false");
  }

  /** A module that nobody requires is not resolved: its classes cannot be found. */
  @Test
  void runsWithTheModulePresentButUnresolved() {
    assertThat(run(link("with", "probe,jdk.jfr"), "java", "-m", MODULE_MAIN))
        .containsExactly("refused", "present true", "resolved false", "named true");
  }

  /** With the module, and somebody who records, the events are there. */
  @Test
  void recordsWithTheModuleResolved() throws IOException {
    Path image = link("with", "probe,jdk.jfr");
    Path modules = scratch.resolve("modules.jfr");
    assertThat(run(image, "java", record(modules), "-m", MODULE_MAIN))
        .endsWith("refused", "present true", "resolved true", "named true");
    assertThat(events(modules)).containsExactlyInAnyOrder(Flight.TYPES);
    Path classes = scratch.resolve("classes.jfr");
    assertThat(run(JDK, "java", record(classes), "-cp", path, MAIN))
        .endsWith("refused", "present true", "resolved true", "named false");
    assertThat(events(classes)).containsExactlyInAnyOrder(Flight.TYPES);
  }

  /** With the module and nobody who records, not even the classes of the events are loaded. */
  @Test
  void loadsNoEventClassUnlessSomebodyRecords() {
    assertThat(run(JDK, "java", "-Xlog:class+load", "-cp", path, MAIN))
        .filteredOn(line -> line.matches(".* (io[.]github[.]seinpaal|jdk[.]jfr)[.].*"))
        .anyMatch(line -> line.contains("io.github.seinpaal.FlightRecorder "))
        .noneMatch(line -> line.contains("jdk.jfr.Event "))
        .noneMatch(line -> line.contains("FlightRecorder$"));
  }

  /**
   * Links an image. A JDK that comes without the files to link from, as some do from 24 on, may be
   * unable to; then the test is skipped, and says so.
   */
  private static Path link(String name, String modules) {
    assumeTrue(
        Files.isDirectory(JDK.resolve("jmods"))
            || run(JDK, "jlink", "--help").toString().contains("run-time image enabled"),
        "this JDK has no jmods, and cannot link without");
    Path image = scratch.resolve(name);
    if (!Files.exists(image)) {
      run(JDK, "jlink", "-p", path, "--add-modules", modules, "--output", image.toString());
    }
    return image;
  }

  private static String record(Path file) {
    return "-XX:StartFlightRecording:dumponexit=true,filename=" + file;
  }

  private static List<String> events(Path file) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .map(e -> e.getEventType().getName())
        .filter(name -> name.startsWith("io.github.seinpaal."))
        .toList();
  }

  /** Runs a tool of the JDK or of an image, and returns what it printed. */
  private static List<String> run(Path home, String tool, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve(tool).toString());
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile(scratch, tool, ".txt");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        assertThat(process.waitFor(100, SECONDS)).as("%s", command).isTrue();
      } finally {
        process.destroyForcibly();
      }
      List<String> lines = Files.readAllLines(output);
      assertThat(process.exitValue()).as("%s: %s", command, lines).isZero();
      return lines;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command.toString(), e);
    }
  }
}
