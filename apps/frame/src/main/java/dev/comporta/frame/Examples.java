package dev.comporta.frame;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.serialization.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Example inputs of a task whose data are generated, as files to try a model with: {@code comporta
 * examples TASK --out FOLDER}.
 *
 * @param description what they are, as a noun phrase, for the help
 * @param options in the order in which help lists them, such as {@link #COUNT} and {@link #SEED}
 * @param generator gives the files for the values of the options; the same for the same values
 */
public record Examples(
    String description, Options options, Function<Settings, List<Example>> generator) {
  /** How many examples are written. */
  public static final Option<Integer> COUNT =
      Option.whole("count", 1, 10_000).or(10).in(Group.DATA).help("examples to write");

  /** The seed of the examples. */
  public static final Option<Integer> SEED =
      Option.whole("seed", 0).or(1).in(Group.DATA).help("seed of the examples");

  /**
   * A file with one example or more.
   *
   * @param file its name in the folder
   * @param text what it holds, in one line
   * @param content gives its bytes
   */
  public record Example(String file, String text, Supplier<byte[]> content) {}

  /**
   * Writes the files.
   *
   * @param folder where they go; created if it is missing
   * @param settings the values of {@link #options}
   * @param wrote takes the path and the text of each file
   * @throws ComportaException if a file cannot be written; then none is, as far as that is known
   *     before
   */
  public void write(Path folder, Settings settings, Consumer<Example> wrote) {
    List<Example> examples = generator.apply(settings);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ComportaException(
          formatted("--out expected a folder but %s is not one and cannot be created", folder), e);
    }
    for (int i = 0; i < examples.size(); i++) {
      Path file = folder.resolve(examples.get(i).file());
      if (i == 0 || Files.exists(file)) { // all others can be written if the first can
        OutputFile.requireWritable("--out", file);
      }
    }
    for (Example example : examples) {
      Path file = folder.resolve(example.file());
      AtomicFile.write(file, example.content().get());
      wrote.accept(new Example(file.toString(), example.text(), example.content()));
    }
  }
}
