package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * The default training text: Java sources that are part of every JDK, so that the first run needs
 * no download. They are the packages {@link #PACKAGES} of {@code java.base} in the JDK's {@code
 * lib/src.zip}; without that file, the sources of Comporta itself.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class DefaultCorpus {
  /** The packages that are read, without subpackages: about three million characters. */
  public static final List<String> PACKAGES =
      List.of("java/io", "java/util/function", "java/util/regex", "java/util/stream");

  private static final Pattern SOURCE =
      Pattern.compile("java\\.base/(" + String.join("|", PACKAGES) + ")/[^/]+\\.java");

  private DefaultCorpus() {}

  /**
   * Reads the default text.
   *
   * @param log receives one line that states the origin of the text
   * @return the text
   * @throws ComportaException if neither source is available
   */
  public static Corpus read(Consumer<String> log) {
    Path kit = Path.of(System.getProperty("java.home"));
    return fromKit(kit)
        .map(corpus -> {
          log.accept(
              formatted(
                  "no --data: training on %d files of java.base in %s",
                  corpus.files(), corpus.name()));
          return corpus;
        })
        .orElseGet(() -> ownSources(kit, log));
  }

  /** The sources in a JDK's archive, or empty if it has none. */
  static Optional<Corpus> fromKit(Path kit) {
    Path archive = kit.resolve("lib").resolve("src.zip");
    if (!Files.isRegularFile(archive)) {
      return Optional.empty();
    }
    try {
      Corpus corpus =
          CorpusReader.readZip(
              archive, StandardCharsets.UTF_8, name -> SOURCE.matcher(name).matches());
      return corpus.text().isEmpty() ? Optional.empty() : Optional.of(corpus);
    } catch (IOException e) {
      throw new ComportaException(
          formatted(
              "[text] cannot read the default text %s (%s); specify another text with --data",
              archive, e.getMessage()),
          e);
    }
  }

  private static Corpus ownSources(Path kit, Consumer<String> log) {
    Path root =
        checkout()
            .orElseThrow(() ->
                new ComportaException(
                    formatted(
                        "[text] expected a default text but the JDK at %s has no lib/src.zip and the sources of Comporta were not found; specify a text with --data",
                        kit)));
    log.accept(
        formatted(
            "no --data, and the JDK at %s has no lib/src.zip: training on Comporta's own sources in %s",
            kit, root));
    return ownSources(root);
  }

  /** The main sources of all library modules of a checkout. */
  static Corpus ownSources(Path root) {
    StringBuilder text = new StringBuilder();
    int files = 0;
    for (String module :
        List.of("api", "tensor", "cells", "training", "attention", "serialization")) {
      Corpus corpus = CorpusReader.read(root.resolve(module).resolve("src/main/java"));
      text.append(corpus.text());
      files += corpus.files();
    }
    return new Corpus(root.toString(), text.toString(), files);
  }

  /**
   * The root of the checkout that this class was built in: the nearest parent folder with api/src.
   */
  private static Optional<Path> checkout() {
    CodeSource source = DefaultCorpus.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Optional.empty();
    }
    try {
      Path folder = Path.of(source.getLocation().toURI());
      while (folder != null && !Files.isDirectory(folder.resolve("api/src/main/java"))) {
        folder = folder.getParent();
      }
      return Optional.ofNullable(folder);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class location is a URI", e);
    }
  }
}
