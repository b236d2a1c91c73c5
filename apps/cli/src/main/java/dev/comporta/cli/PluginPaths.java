package dev.comporta.cli;

import dev.comporta.api.InvalidOptionException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where plug-ins are, taken out of a command line before the commands are made: a plug-in may bring
 * commands of its own.
 *
 * @param paths jars and folders, those of the environment first
 * @param words the command line without them
 * @param flags the words that were taken out, which hints for the next command repeat
 */
record PluginPaths(List<Path> paths, List<String> words, List<String> flags) {
  static final String FLAG = "--plugins";
  static final String VARIABLE = "COMPORTA_PLUGINS";

  /**
   * Reads a command line. The flag may be repeated, and stand before or after the command's name.
   *
   * @param variable the value of {@value #VARIABLE}: paths as in a class path; null if it is unset
   * @throws InvalidOptionException if the flag has no value
   */
  static PluginPaths of(@Nullable String variable, String... arguments) {
    List<Path> paths = new ArrayList<>();
    if (variable != null) {
      for (String path : variable.split(File.pathSeparator, -1)) {
        if (!path.isBlank()) {
          paths.add(Path.of(path));
        }
      }
    }
    List<Path> given = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String word = arguments[i];
      if (word.equals("--")) { // what follows are no flags
        words.addAll(List.of(arguments).subList(i, arguments.length));
        break;
      } else if (word.equals(FLAG)) {
        i++;
        given.add(path(i < arguments.length ? arguments[i] : ""));
      } else if (word.startsWith(FLAG + "=")) {
        given.add(path(word.substring(FLAG.length() + 1)));
      } else {
        words.add(word);
      }
    }
    paths.addAll(given);
    List<String> flags = given.stream().flatMap(path -> Stream.of(FLAG, path.toString())).toList();
    return new PluginPaths(List.copyOf(paths), List.copyOf(words), flags);
  }

  private static Path path(String value) {
    if (value.isEmpty() || value.startsWith("--")) {
      throw new InvalidOptionException(
          FLAG
              + " expected a jar or a folder of jars but got "
              + (value.isEmpty() ? "nothing" : "'" + value + "'"));
    }
    return Path.of(value);
  }
}
