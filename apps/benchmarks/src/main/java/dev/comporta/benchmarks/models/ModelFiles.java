package dev.comporta.benchmarks.models;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The ONNX files of a folder: those that its file {@value #INDEX} names, or else all whose names
 * end in {@code .onnx}, at any depth. An index is text with a file on each line, relative to the
 * index, and options: {@code FILE [--size AXIS=N] [--value INPUT=V] [--state IN=OUT]
 * [--stateless]}. Empty lines and lines that begin with # are left out.
 */
public final class ModelFiles {
  /** The name of an index in a folder of models. */
  public static final String INDEX = "index.txt";

  private static final int DEEPEST = 12;
  private static final int MOST_FILES = 10_000;
  private static final long LARGEST_INDEX = 1 << 20;

  private ModelFiles() {}

  /**
   * A model to measure.
   *
   * @param name its path below the folder
   * @param file the file
   * @param options how its inputs are drawn
   */
  public record Entry(String name, Path file, ModelOptions options) {}

  /**
   * Finds models.
   *
   * @param path a folder, an index or an ONNX file
   * @param options options for every model; those in an index go first
   * @throws InvalidOptionException if there is none, or an index cannot be used
   */
  public static List<Entry> find(Path path, ModelOptions options) {
    List<Entry> entries;
    try {
      if (Files.isRegularFile(path)) {
        entries =
            String.valueOf(path.getFileName()).endsWith(".onnx")
                ? List.of(new Entry(String.valueOf(path.getFileName()), path, options))
                : indexed(path, options);
      } else if (!Files.isDirectory(path)) {
        throw refusal("expected a folder, an index or an ONNX file but there is no %s", path);
      } else {
        Path index = path.resolve(INDEX);
        entries = Files.isRegularFile(index) ? indexed(index, options) : everything(path, options);
      }
    } catch (IOException | UncheckedIOException e) {
      throw refusal("cannot read %s: %s", path, Printable.quote(String.valueOf(e.getMessage())));
    }
    if (entries.isEmpty()) {
      throw refusal("expected files that end in .onnx in %s but found none", path);
    }
    return entries;
  }

  private static InvalidOptionException refusal(String format, Object... what) {
    return new InvalidOptionException("[bench] --models " + formatted(format, what));
  }

  private static List<Entry> everything(Path folder, ModelOptions options) throws IOException {
    try (Stream<Path> walk = Files.walk(folder, DEEPEST)) {
      return walk.filter(it -> it.toString().endsWith(".onnx") && Files.isRegularFile(it))
          .sorted()
          .limit(MOST_FILES)
          .map(it -> new Entry(folder.relativize(it).toString(), it, options))
          .toList();
    }
  }

  private static List<Entry> indexed(Path index, ModelOptions options) throws IOException {
    if (Files.size(index) > LARGEST_INDEX) {
      throw refusal("expected an index of text but %s has %d bytes", index, Files.size(index));
    }
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(index)) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        entries.add(entry(index, number, text, options));
      }
    }
    return entries;
  }

  private static Entry entry(Path index, int number, String line, ModelOptions options) {
    String[] words = line.split("\\s+", -1);
    Path file = index.resolveSibling(words[0]);
    if (!Files.isRegularFile(file)) {
      throw refusal("line %d of %s names %s but there is no such file", number, index, file);
    }
    Map<String, Integer> sizes = new HashMap<>();
    Map<String, Double> values = new HashMap<>();
    Map<String, String> states = new HashMap<>();
    boolean stateless = false;
    for (int i = 1; i < words.length; i++) {
      if (words[i].equals("--stateless")) {
        stateless = true;
        continue;
      }
      String option = words[i];
      String given = ++i < words.length ? words[i] : "";
      int at = given.lastIndexOf('=');
      boolean taken =
          at > 0
              && switch (option) {
                case "--size" -> put(sizes, given, at, ModelFiles::size);
                case "--value" -> put(values, given, at, Double::valueOf);
                case "--state" -> put(states, given, at, Function.identity());
                default -> false;
              };
      if (!taken) {
        throw refusal(
            "expected FILE [--size AXIS=N] [--value INPUT=V] [--state IN=OUT] [--stateless] on line %d of %s but got %s",
            number, index, Printable.quoted(line));
      }
    }
    ModelOptions own = new ModelOptions(sizes, values, states, stateless);
    return new Entry(words[0], file, own.or(options));
  }

  private static int size(String text) {
    int size = Integer.parseInt(text);
    if (size < 1) {
      throw new NumberFormatException(text);
    }
    return size;
  }

  private static <V> boolean put(
      Map<String, V> map, String given, int at, Function<String, V> reading) {
    try {
      map.put(given.substring(0, at), reading.apply(given.substring(at + 1)));
      return true;
    } catch (NumberFormatException e) {
      return false; // the whole line is in the message
    }
  }
}
