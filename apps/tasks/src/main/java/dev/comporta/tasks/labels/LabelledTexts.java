package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Texts with a label each: the lines of a file, which begin with the label and a tab or a space, or
 * the documents of a folder, which has a folder for each label.
 *
 * @param name of the file or the folder
 * @param texts one text or more
 * @param notes sentences on what was left out or joined, for the user
 */
record LabelledTexts(String name, List<Text> texts, List<String> notes) {
  private static final Pattern NUMBERED = Pattern.compile("-?\\d+(\\s|$)");

  /** The share of lines with a number from which all labels are taken for numbers. */
  private static final double NEARLY_ALL = 0.9;

  LabelledTexts {
    texts = List.copyOf(texts);
    notes = List.copyOf(notes);
  }

  /**
   * A text and its label.
   *
   * @param label one word or more
   * @param text not blank
   * @param place where it was read, for messages
   */
  record Text(String label, String text, String place) {}

  /**
   * Reads a file or a folder.
   *
   * @throws ComportaException naming the place of what cannot be used
   */
  static LabelledTexts read(Path path, Charset charset) {
    return Files.isDirectory(path)
        ? ofFolder(path, charset)
        : ofLines(CorpusReader.read(path, charset));
  }

  /**
   * Where nearly all lines begin with a number as their label, a line that does not continues the
   * one before: such files were made from texts with line breaks in them.
   */
  private static LabelledTexts ofLines(Corpus corpus) {
    List<String> lines = corpus.text().lines().map(String::strip).toList();
    String separator = lines.stream().anyMatch(line -> line.indexOf('\t') > 0) ? "\t" : " ";
    boolean numbered =
        lines.stream().filter(line -> NUMBERED.matcher(line).lookingAt()).count()
            >= NEARLY_ALL * lines.stream().filter(line -> !line.isEmpty()).count();
    List<Text> found = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    String continued = "";
    int continuations = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty()) { // between paragraphs
        continue;
      }
      String place = formatted("line %d of %s", i + 1, corpus.name());
      int end = line.indexOf(separator);
      if (numbered && !NUMBERED.matcher(line).lookingAt() && !found.isEmpty()) {
        Text before = found.removeLast();
        String whole = (before.text + " " + line).strip();
        found.add(new Text(before.label, whole, before.place));
        continued = continuations++ == 0 ? place : continued;
      } else if (end < 0 && numbered) {
        found.add(new Text(line, "", place));
      } else if (end < 1) {
        throw new ComportaException(
            formatted(
                "[classify] expected a label, a %s and a text in %s but got '%s'; put the label first, or remove the line",
                separator.equals("\t") ? "tab" : "space", place, abridged(line)));
      } else {
        String label = line.substring(0, end).strip();
        found.add(new Text(label, line.substring(end).strip(), place));
      }
    }
    if (continuations > 0) {
      notes.add(
          formatted(
              "%,d lines begin with no label and continue the line before, the first of them is %s",
              continuations, continued));
    }
    return of(corpus.name(), found, notes);
  }

  /** Leaves out labels without a text, and says so. */
  private static LabelledTexts of(String name, List<Text> found, List<String> notes) {
    List<Text> texts = found.stream().filter(it -> !it.text.isEmpty()).toList();
    if (texts.isEmpty()) {
      throw new ComportaException(
          formatted("[classify] expected a labelled text or more in %s but it has none", name));
    }
    if (texts.size() < found.size()) {
      Text first = found.stream().filter(it -> it.text.isEmpty()).findFirst().orElseThrow();
      notes.add(
          formatted(
              "left out: %,d labels without a text, the first of them in %s",
              found.size() - texts.size(), first.place));
    }
    return new LabelledTexts(name, texts, notes);
  }

  private static LabelledTexts ofFolder(Path folder, Charset charset) {
    List<Text> found = new ArrayList<>();
    for (Path label : children(folder)) {
      if (!Files.isDirectory(label)) {
        continue;
      }
      for (Path document : children(label)) {
        if (Files.isRegularFile(document)) {
          String text = CorpusReader.read(document, charset).text().strip();
          found.add(new Text(label.getFileName().toString(), text, document.toString()));
        }
      }
    }
    if (found.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[classify] expected a folder for each label, with a file for each document, in %s but found no document",
              folder));
    }
    return of(folder.toString(), found, new ArrayList<>());
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(it -> !it.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[classify] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  private static String abridged(String line) {
    int end = line.offsetByCodePoints(0, Math.min(40, line.codePointCount(0, line.length())));
    return end < line.length() ? line.substring(0, end) + "..." : line;
  }

  /** The hash of labels and texts: the same for the same texts, wherever they lie. */
  String sha256() {
    MessageDigest digest = Sha256.newDigest();
    for (Text text : texts) {
      digest.update((text.label + "\t" + text.text + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }
}
