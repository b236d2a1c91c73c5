package dev.comporta.benchmarks;

import dev.comporta.benchmarks.peers.Launch;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * An archive of the classes of a program that is started from jars, made by the commands of {@code
 * docs/guide/serve-a-model.md}.
 */
final class ClassArchive {
  private ClassArchive() {}

  /**
   * Runs the program once and archives the classes that it loaded.
   *
   * @param launch the program on the class path
   * @param folder where the list and the archive are written
   * @param arguments the arguments of the program
   * @return the launch with the archive; the same launch if a part of the class path is no jar,
   *     because the JVM archives nothing then
   */
  static Launch of(Launch launch, Path folder, String... arguments) {
    if (!isOfJars(launch)) {
      return launch;
    }
    Path list = folder.resolve(launch.label() + ".classes");
    String archive = "-XX:SharedArchiveFile=" + folder.resolve(launch.label() + ".jsa");
    Child.lines(launch.with(List.of("-XX:DumpLoadedClassList=" + list)).command(arguments));
    Child.lines(
        launch
            .with(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list, archive))
            .command(arguments));
    return launch.with(List.of(archive));
  }

  private static boolean isOfJars(Launch launch) {
    String[] paths = launch.options().getLast().split(File.pathSeparator, -1);
    return launch.module() == null
        && Arrays.stream(paths).map(Path::of).allMatch(Files::isRegularFile);
  }
}
