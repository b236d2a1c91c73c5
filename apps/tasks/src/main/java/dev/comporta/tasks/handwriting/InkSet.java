package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.Ink;
import dev.comporta.training.data.Shuffle;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Words or lines of writing with what they say.
 *
 * @param name what messages call them
 * @param samples one or more
 */
record InkSet(String name, List<Sample> samples) {
  InkSet {
    samples = List.copyOf(samples);
  }

  /**
   * A word or line of writing.
   *
   * @param text what it says; empty if that is not known
   * @param ink the strokes
   * @param place where it was read, for messages
   */
  record Sample(String text, Ink ink, String place) {}

  /** Strokes of a file, refused with the place. */
  static Ink ink(List<float[]> strokes, String place) {
    if (strokes.isEmpty()) {
      throw new ComportaException(
          formatted("[handwriting] expected one stroke or more in %s but there is none", place));
    }
    try {
      return new Ink(strokes);
    } catch (ComportaException e) {
      throw new ComportaException(formatted("%s: %s", place, e.getMessage()), e);
    }
  }

  /** Words at random, each in a hand of its own; the same stream gives the same. */
  static InkSet generate(int words, boolean heldOut, RandomSource random) {
    return new InkSet(
        "generated handwriting",
        IntStream.range(0, words)
            .mapToObj(i -> {
              RandomSource own = random.stream(i);
              String word = Words.word(own.stream("word"), heldOut);
              return new Sample(word, Pen.write(word, own.stream("pen")), "word " + (i + 1));
            })
            .toList());
  }

  /**
   * Reads a file, JSON or UNIPEN, or the files of a folder.
   *
   * @throws ComportaException naming the line of what cannot be used
   */
  static InkSet read(Path path, Charset charset) {
    List<Path> files = Files.isDirectory(path) ? files(path) : List.of(path);
    List<Sample> samples = new ArrayList<>();
    for (Path file : files) {
      Corpus corpus = CorpusReader.read(file, charset);
      samples.addAll(read(corpus.text(), corpus.name(), true));
    }
    return new InkSet(path.toString(), samples);
  }

  /**
   * The samples of a text.
   *
   * @param labelled whether each must say what was written
   */
  static List<Sample> read(String text, String name, boolean labelled) {
    String start = text.stripLeading();
    if (start.isEmpty() || !isJson(start.charAt(0))) {
      return UnipenReader.read(text, name, labelled);
    }
    List<Sample> samples = new ArrayList<>();
    JsonInk.forEach(new StringReader(text), name, labelled, samples::add);
    if (samples.isEmpty()) {
      throw new ComportaException(
          formatted("[handwriting] expected pen strokes in %s but the list is empty", name));
    }
    return samples;
  }

  /** Whether a text is JSON, by its first character that is no white space. */
  static boolean isJson(int first) {
    return first == '{' || first == '[';
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected files with pen strokes in the folder %s but found none",
                folder));
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new ComportaException(
          formatted("[handwriting] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  /** The different characters of the texts, sorted. */
  List<String> letters() {
    TreeSet<String> letters = new TreeSet<>();
    samples.forEach(it -> letters.addAll(split(it.text)));
    return List.copyOf(letters);
  }

  /** The characters of a text. */
  static List<String> split(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  /** Requires that texts have no characters but these. */
  InkSet requireLetters(List<String> known) {
    Set<String> all = Set.copyOf(known);
    for (Sample sample : samples) {
      for (String letter : split(sample.text)) {
        if (!all.contains(letter)) {
          throw new ComportaException(
              formatted(
                  "[handwriting] expected letters that the model was trained on, %s, but '%s' in %s has '%s'",
                  Printable.line(String.join("", known)),
                  Printable.quote(sample.text),
                  sample.place,
                  Printable.quote(letter)));
        }
      }
    }
    return this;
  }

  /** Samples to train on, and samples that are held out. */
  record Parts(InkSet training, InkSet heldOut) {}

  /** Holds out a fraction of the samples, chosen at random. */
  Parts split(double fraction, RandomSource random) {
    if (samples.size() < 2) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected two words or more, one of them to validate on, in %s but it has one; add words, or give --validation-data",
              name));
    }
    int held = Math.clamp(Math.round(samples.size() * fraction), 1, samples.size() - 1);
    int[] order = Shuffle.order(samples.size(), random);
    return new Parts(
        new InkSet(name, Arrays.stream(order).skip(held).sorted().mapToObj(samples::get).toList()),
        new InkSet(
            name, Arrays.stream(order).limit(held).sorted().mapToObj(samples::get).toList()));
  }

  /** The hash of texts and strokes: the same for the same samples in any file. */
  String sha256() {
    MessageDigest digest = Sha256.newDigest();
    for (Sample sample : samples) {
      digest.update((sample.text + "\n").getBytes(StandardCharsets.UTF_8));
      for (float[] stroke : sample.ink.strokes()) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * (stroke.length + 1));
        bytes.putInt(stroke.length);
        for (float value : stroke) {
          bytes.putFloat(value);
        }
        digest.update(bytes.array());
      }
    }
    return Sha256.hex(digest);
  }
}
