package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Pairs from two files whose lines are translations of each other, or from one file with a tab
 * between a source and its target.
 *
 * @param name of the files
 * @param pairs in the order of the lines; a side of white space alone is empty
 * @param sha256 of the file, or of the digests of both files
 */
@API(status = API.Status.EXPERIMENTAL)
public record ParallelText(String name, List<Pair> pairs, String sha256) {
  /** What a line may need in memory besides its characters, and a character with its ids. */
  private static final int MEMORY_PER_LINE = 120;

  private static final int MEMORY_PER_CHARACTER = 4;

  /** Copies the list. */
  public ParallelText {
    pairs = List.copyOf(pairs);
  }

  /**
   * A source with its target.
   *
   * @param source one sentence
   * @param target its translation
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Pair(String source, String target) {
    /**
     * Whether neither side is empty.
     *
     * @return false if one has only white space
     */
    public boolean isWhole() {
      return !source.isBlank() && !target.isBlank();
    }
  }

  /**
   * Reads two files.
   *
   * @param source one sentence a line
   * @param target its translations, line by line
   * @param charset the encoding of both
   * @return the pairs
   * @throws ComportaException if a file cannot be read or has another encoding, or the files differ
   *     in their number of lines
   */
  public static ParallelText read(Path source, Path target, Charset charset) {
    Lines first = Lines.read(source, charset);
    Lines second = Lines.read(target, charset);
    List<String> sources = first.lines();
    List<String> targets = second.lines();
    if (sources.size() != targets.size()) {
      throw new ComportaException(
          formatted(
              "[pairs] expected as many lines in both files, each the translation of the other's, but %s has %d and %s has %d",
              source, sources.size(), target, targets.size()));
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      pairs.add(new Pair(written(sources.get(i)), written(targets.get(i))));
    }
    return new ParallelText(
        source + " and " + target, pairs, Sha256.of(first.sha256() + second.sha256()));
  }

  /**
   * Reads one file.
   *
   * @param data lines of a source, a tab and its target
   * @param charset its encoding
   * @return the pairs
   * @throws ComportaException if it cannot be read or has another encoding, or a line has another
   *     number of columns
   */
  public static ParallelText read(Path data, Charset charset) {
    Lines lines = Lines.read(data, charset);
    List<Pair> pairs = new ArrayList<>();
    for (String line : lines.lines()) {
      String[] parts = line.split("\t", -1);
      if (parts.length != 2 && !line.isBlank()) {
        throw new ComportaException(
            formatted(
                "[pairs] expected a source, a tab and its target in line %d of %s but it has %s",
                pairs.size() + 1,
                data,
                parts.length == 1
                    ? "no tab"
                    : formatted("%d columns; keep two, as cut -f1,2 does", parts.length)));
      }
      pairs.add(line.isBlank() ? new Pair("", "") : new Pair(written(parts[0]), written(parts[1])));
    }
    return new ParallelText(data.toString(), pairs, lines.sha256());
  }

  /** The lines of a file that fits into memory; an endless pipe is refused. */
  private record Lines(List<String> lines, String sha256) {
    static Lines read(Path path, Charset charset) {
      long most = Runtime.getRuntime().maxMemory();
      long[] taken = {0};
      List<String> lines = new ArrayList<>();
      SentenceFile.Summary summary =
          SentenceFile.forEach(
              path,
              charset,
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

  /**
   * The pairs without those that have an empty side.
   *
   * @return in order
   */
  public List<Pair> whole() {
    return pairs.stream().filter(Pair::isWhole).toList();
  }

  /**
   * Notes on words that have another meaning in a vocabulary of words.
   *
   * @return a sentence for each such word of each side
   */
  public List<String> reservedWords() {
    List<String> notes = new ArrayList<>();
    noteReserved("source", Pair::source, notes);
    noteReserved("target", Pair::target, notes);
    return notes;
  }

  private void noteReserved(String side, Function<Pair, String> text, List<String> notes) {
    List<String> lines = pairs.stream().map(text).toList();
    noteReserved(side, lines, WordVocabulary.UNKNOWN, WordVocabulary::hasUnknown, notes);
    noteReserved(side, lines, WordVocabulary.END, WordVocabulary::hasEnd, notes);
  }

  private static void noteReserved(
      String side, List<String> lines, String word, Predicate<String> has, List<String> notes) {
    int[] found = IntStream.range(0, lines.size()).filter(i -> has.test(lines.get(i))).toArray();
    if (found.length > 0) {
      notes.add(
          formatted(
              "the %s has the reserved word '%s' in %,d lines, first in line %d: it is read as an unknown word",
              side, word, found.length, found[0] + 1));
    }
  }
}
