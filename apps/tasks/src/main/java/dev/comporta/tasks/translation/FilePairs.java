package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.text.SentenceFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Two files whose lines are translations of each other.
 *
 * @param pairs in the order of the lines; a line of white space alone is an empty one
 * @param sha256 of the digests of the source file's bytes and of the target file's, in hexadecimal
 */
record FilePairs(List<PairData.Pair> pairs, String sha256) {
  /** What a line may need in memory beside its characters, and a character with its ids. */
  private static final int MEMORY_PER_LINE = 120;

  private static final int MEMORY_PER_CHARACTER = 4;

  /**
   * Reads both files.
   *
   * @throws ComportaException if one cannot be read, is not UTF-8, or has another number of lines
   *     than the other
   */
  static FilePairs read(Path source, Path target) {
    Lines first = Lines.read(source);
    Lines second = Lines.read(target);
    List<String> sources = first.lines();
    List<String> targets = second.lines();
    if (sources.size() != targets.size()) {
      throw new ComportaException(
          formatted(
              "[pairs] expected as many lines in both files, each the translation of the other's, but %s has %d and %s has %d",
              source, sources.size(), target, targets.size()));
    }
    List<PairData.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      pairs.add(new PairData.Pair(written(sources.get(i)), written(targets.get(i))));
    }
    return new FilePairs(pairs, joined(first.sha256(), second.sha256()));
  }

  /**
   * The lines of a file that fits into memory; a pipe that does not end is refused.
   *
   * @param lines in order
   * @param sha256 of the file's bytes
   */
  private record Lines(List<String> lines, String sha256) {
    static Lines read(Path path) {
      long most = Runtime.getRuntime().maxMemory();
      long[] taken = {0};
      List<String> lines = new ArrayList<>();
      SentenceFile.Summary summary =
          SentenceFile.forEach(
              path,
              line -> {
                taken[0] += MEMORY_PER_LINE + (long) MEMORY_PER_CHARACTER * line.length();
                if (taken[0] > most) {
                  throw new ComportaException(
                      formatted(
                          "[pairs] %s has more than %,d lines, which is more than the memory holds; use fewer of them, or give the JVM more memory (-Xmx)",
                          path, lines.size()));
                }
                lines.add(line);
              });
      return new Lines(lines, summary.sha256());
    }
  }

  private static String written(String line) {
    return line.isBlank() ? "" : line;
  }

  private static String joined(String first, String second) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((first + second).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The pairs without those that have an empty side. */
  List<PairData.Pair> whole() {
    return pairs.stream().filter(PairData.Pair::isWhole).toList();
  }
}
