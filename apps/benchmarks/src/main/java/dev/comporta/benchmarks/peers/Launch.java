package dev.comporta.benchmarks.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes how to start the JVM of one library.
 *
 * @param label the library's name in tables
 * @param options the JVM options, including paths
 * @param module the module of the class to run; null for a class on the class path
 * @param mainClass the class to run
 */
public record Launch(
    String label, List<String> options, @Nullable String module, String mainClass) {
  /** Copies the list. */
  public Launch {
    options = List.copyOf(options);
  }

  /**
   * The complete command.
   *
   * @param arguments the arguments of the class to run
   * @return the words of the command, starting with this JVM's {@code java}
   */
  public List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    if (module == null) {
      command.add(mainClass);
    } else {
      command.add("--module");
      command.add(module + "/" + mainClass);
    }
    command.addAll(List.of(arguments));
    return command;
  }

  /** The same launch with another class to run. */
  public Launch withMain(String otherClass) {
    return new Launch(label, options, module, otherClass);
  }

  /** The same launch with more JVM options before the others. */
  public Launch with(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(options);
    return new Launch(label, all, module, mainClass);
  }
}
