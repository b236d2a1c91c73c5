package dev.comporta.lessons.language;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.inference.LoadOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.lessons.figure.Bars;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.play.Net;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WordVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A word model on pairs: which of two words is more likely after the beginning of a sentence. */
final class WordPairs {
  private WordPairs() {}

  /** A beginning, the right word, the wrong word and the number of attractors. */
  private record Pair(String begin, String right, String wrong, int attractors) {}

  /** Reads both files, and puts the comparison on the page. */
  static void run(Path modelFile, Path pairsFile, Page page) {
    List<Pair> pairs = read(pairsFile);
    try (LoadedModel model = Models.load(modelFile, LoadOptions.of(Net.CATALOG).withThreads(1))) {
      compare(model, modelFile, pairs, pairsFile, page);
    }
  }

  private static void compare(
      LoadedModel model, Path modelFile, List<Pair> pairs, Path pairsFile, Page page) {
    TextTokens tokens = tokens(model.content(), modelFile);
    WordVocabulary words = words(tokens, modelFile);
    model.textGenerator(); // refuses a model that does not fit its tokens
    Rows table = Rows.of("@sentence", "@attractors", "@rightWord", "P", "@wrongWord", "P");
    TreeMap<Integer, int[]> counts = new TreeMap<>();
    int right = 0;
    for (Pair pair : pairs) {
      int[] ids = tokens.prompt(pair.begin());
      float[] y = model.runIds(ids);
      int last = y.length - tokens.size();
      double good = probability(y, last, id(words, pair.right(), modelFile));
      double bad = probability(y, last, id(words, pair.wrong(), modelFile));
      table.add(pair.begin() + " ...", pair.attractors(), pair.right(), good, pair.wrong(), bad);
      int[] count = counts.computeIfAbsent(pair.attractors(), _ -> new int[2]);
      count[0] += good > bad ? 1 : 0;
      count[1]++;
      right += good > bad ? 1 : 0;
    }
    double[] shares =
        counts.values().stream().mapToDouble(count -> (double) count[0] / count[1]).toArray();
    page.text("given", modelFile.toString(), pairsFile.toString());
    page.figure(
        "givenBars",
        Bars.of("@attractors", "@accuracy", counts.keySet().stream().map(String::valueOf).toList())
            .add("", shares));
    page.table("pairs", table).number("pairs", right, pairs.size());
    page.resultOf("givenResult", right, pairs.size());
  }

  private static List<Pair> read(Path file) {
    List<Pair> pairs = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] parts = line.split("\t", -1);
        if (line.isBlank()) {
          continue;
        }
        if (parts.length < 3 || parts.length > 4) {
          throw expected(file, "the line '" + line + "'");
        }
        int attractors = parts.length == 3 ? 0 : Integer.parseInt(parts[3].strip());
        pairs.add(new Pair(parts[0].strip(), parts[1].strip(), parts[2].strip(), attractors));
      }
    } catch (NumberFormatException e) {
      throw expected(file, "a number of attractors that is not a whole number");
    } catch (IOException e) {
      throw new ComportaException(formatted("--pairs: %s cannot be read: %s", file, e), e);
    }
    if (pairs.isEmpty()) {
      throw expected(file, "no line");
    }
    return pairs;
  }

  private static ComportaException expected(Path file, String found) {
    return new ComportaException(
        formatted(
            "--pairs expected lines of a beginning, the right word, the wrong word and optionally the number of attractors, separated by tabs, but %s has %s",
            file, found));
  }

  private static TextTokens tokens(ModelFile file, Path from) {
    for (Vocabulary kept : file.vocabularies()) {
      TextTokens tokens = TextTokens.of(kept.kind(), kept.tokens());
      if (tokens != null) {
        return tokens;
      }
    }
    throw noWords(from);
  }

  private static WordVocabulary words(TextTokens tokens, Path from) {
    WordVocabulary words = tokens.words();
    if (words == null) {
      throw noWords(from);
    }
    return words;
  }

  private static ComportaException noWords(Path from) {
    return new ComportaException(
        formatted(
            "--model expected a language model of words but %s has none; train one with 'comporta train word-lm'",
            from));
  }

  private static int id(WordVocabulary words, String word, Path from) {
    int id = words.id(word);
    if (id == words.unknown()) {
      throw new ComportaException(
          formatted("--pairs expected words that %s knows but it does not know '%s'", from, word));
    }
    return id;
  }

  /** The softmax of outputs from an offset on, of one id. */
  private static double probability(float[] y, int from, int id) {
    double sum = 0;
    for (int i = from; i < y.length; i++) {
      sum += Math.exp((double) y[i] - y[from + id]);
    }
    return 1 / sum;
  }
}
