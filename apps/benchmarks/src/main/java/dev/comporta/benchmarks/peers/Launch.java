package dev.comporta.benchmarks.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a JVM for one library is started.
 *
 * @param label the library's name in tables
 * @param options of the JVM, paths among them
 * @param module the module of the class to run, null on the class path
 * @param mainClass the class to run
 */
public record Launch(
    String label, List<String> options, @Nullable String module, String mainClass) {
  /** Copies the list. */
  public Launch {
    options = List.copyOf(options);
  }

  /**
   * The whole command.
   *
   * @param arguments of the class that is run
   * @return the words of the command, that of this JVM's own {@code java} first
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

  /** The same library with another class to run. */
  public Launch withMain(String otherClass) {
    return new Launch(label, options, module, otherClass);
  }
}
