package dev.comporta.tasks.rating;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Decimals;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTexts;
import dev.comporta.training.data.Shuffle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts with ratings, from a CSV file.
 *
 * @param name of the file
 * @param texts one or more
 */
record RatedTexts(String name, List<Text> texts) {
  /** Words with their apostrophes, and single other signs. */
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)*|\\S");

  RatedTexts {
    texts = List.copyOf(texts);
  }

  /**
   * A text and its ratings.
   *
   * @param tokens one or more, in lower case
   * @param ratings one for each column
   */
  @SuppressWarnings("ArrayRecordComponent") // private to this package, never changed
  record Text(List<String> tokens, double[] ratings) {}

  /**
   * Reads a file.
   *
   * @param columns of the ratings
   * @param text the column of the texts
   * @throws ComportaException naming the line of a rating that is not a number, or of an empty text
   */
  static RatedTexts read(Path path, CsvFormat format, List<String> columns, String text) {
    List<String> wanted = new ArrayList<>(columns);
    wanted.add(text);
    List<Text> texts = new ArrayList<>();
    for (CsvTexts.Row row : CsvTexts.read(path, format, wanted)) {
      double[] ratings = new double[columns.size()];
      for (int i = 0; i < ratings.length; i++) {
        ratings[i] = number(row.fields().get(i), columns.get(i), row.place());
      }
      List<String> tokens = tokens(row.fields().getLast());
      if (tokens.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[rate] expected a text in column %s in %s but it is empty",
                Printable.quoted(text), row.place()));
      }
      texts.add(new Text(tokens, ratings));
    }
    return new RatedTexts(path.toString(), texts);
  }

  private static double number(String field, String column, String place) {
    double value = Decimals.isDecimal(field) ? Double.parseDouble(field) : Double.NaN;
    if (!(Math.abs(value) <= 1e12)) {
      throw new ComportaException(
          formatted(
              "[rate] expected a number in column %s in %s but got %s",
              Printable.quoted(column), place, Printable.quoted(field)));
    }
    return value;
  }

  /** The tokens of a text: words in lower case, and signs. */
  static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  /**
   * Texts to train on, and texts that are held out.
   *
   * @param training what a model is trained on
   * @param heldOut what it is validated and scored on
   */
  record Parts(List<Text> training, List<Text> heldOut) {}

  /** Holds out a fraction of the texts, chosen at random. */
  Parts split(double fraction, RandomSource random) {
    if (texts.size() < 2) {
      throw new ComportaException(
          formatted(
              "[rate] expected 2 texts or more in %s, to hold one out, but got %d",
              name, texts.size()));
    }
    long wanted = Math.clamp(Math.round(fraction * texts.size()), 1, texts.size() - 1);
    boolean[] held = new boolean[texts.size()];
    Arrays.stream(Shuffle.order(texts.size(), random)).limit(wanted).forEach(i -> held[i] = true);
    return parts(held);
  }

  /** Holds out the texts that are marked. */
  Parts parts(boolean[] held) {
    List<Text> training = new ArrayList<>();
    List<Text> heldOut = new ArrayList<>();
    for (int i = 0; i < held.length; i++) {
      (held[i] ? heldOut : training).add(texts.get(i));
    }
    return new Parts(training, heldOut);
  }

  /** The ratings of texts, {@code [texts, columns]}. */
  static double[] ratings(List<Text> texts) {
    return texts.stream().flatMapToDouble(it -> Arrays.stream(it.ratings)).toArray();
  }

  /** The hash of texts and ratings. */
  String sha256() {
    MessageDigest digest = Sha256.newDigest();
    for (Text text : texts) {
      String line = Arrays.toString(text.ratings) + " " + String.join(" ", text.tokens) + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }
}
