package dev.comporta.tasks.tagging;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.training.data.Shuffle;
import dev.comporta.training.tags.BioTags;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Sentences with a tag for each word, from a CoNLL-U file or from lines of a word and its tag.
 *
 * @param name of the file
 * @param sentences one or more
 */
record TaggedSentences(String name, List<Sentence> sentences) {
  /** The columns of CoNLL-U. */
  private static final List<String> CONLLU =
      List.of("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC");

  private static final int FORM = CONLLU.indexOf("FORM");

  TaggedSentences {
    sentences = List.copyOf(sentences);
  }

  /**
   * A sentence.
   *
   * @param words one or more
   * @param tags one for each
   * @param lines where they were read
   * @param file its name, for messages
   */
  record Sentence(List<String> words, List<String> tags, List<Integer> lines, String file) {
    Sentence {
      words = List.copyOf(words);
      tags = List.copyOf(tags);
      lines = List.copyOf(lines);
    }

    String place(int word) {
      return formatted("line %d of %s", lines.get(word), file);
    }
  }

  /**
   * Reads a file. It is CoNLL-U if its first line is a comment or has ten columns between tabs;
   * otherwise each line is a word and its tag, between tabs or spaces, with other columns between
   * them if there are any. Lines of white space separate sentences.
   *
   * @param column of the tags: a name of CoNLL-U's or a number from 1; null for UPOS in CoNLL-U and
   *     the last one otherwise
   * @throws ComportaException naming the line of what cannot be used
   */
  static TaggedSentences read(Path path, Charset charset, @Nullable String column) {
    return of(CorpusReader.read(path, charset), column);
  }

  static TaggedSentences of(Corpus corpus, @Nullable String column) {
    List<String> lines = corpus.text().lines().toList();
    String first = lines.stream().filter(line -> !line.isBlank()).findFirst().orElse("");
    boolean conllu =
        (first.startsWith("#") && first.indexOf('\t') < 0 && !first.strip().equals("#"))
            || first.split("\t", -1).length == CONLLU.size();
    int at = column(column, conllu);
    Reader reader = new Reader(corpus.name());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank()) {
        reader.end();
      } else if (conllu && line.startsWith("#")) {
        reader.comment(i + 1);
      } else {
        String place = formatted("line %d of %s", i + 1, corpus.name());
        String[] cells =
            conllu || line.indexOf('\t') >= 0
                ? line.split("\t", -1)
                : line.strip().split("\\s+", -1);
        require(
            cells.length >= (conllu ? CONLLU.size() : Math.max(2, at + 1)),
            cells,
            conllu,
            at,
            place);
        if (conllu && !cells[0].matches("\\d+")) {
          if (!cells[0].matches("\\d+[-.]\\d+")) {
            throw new ComportaException(
                formatted(
                    "[tag] expected the number of a word at the start of %s but got '%s'",
                    place, cells[0]));
          }
          continue; // several words that are written as one, or one that is not written
        }
        reader.word(
            cells[conllu ? FORM : 0].strip(), cells[at < 0 ? cells.length - 1 : at].strip(), i + 1);
      }
    }
    reader.end();
    if (reader.sentences.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[tag] expected sentences, a word and its tag on each line, in %s but found none",
              corpus.name()));
    }
    requireSpans(reader.sentences);
    return new TaggedSentences(corpus.name(), reader.sentences);
  }

  private static int column(@Nullable String column, boolean conllu) {
    if (column == null) {
      return conllu ? CONLLU.indexOf("UPOS") : -1;
    }
    if (column.matches("[1-9]\\d{0,4}")) {
      int number = Integer.parseInt(column);
      if (!conllu || number <= CONLLU.size()) {
        return number - 1;
      }
    }
    int named = CONLLU.indexOf(column.toUpperCase(Locale.ROOT));
    if (!conllu || named < 0) {
      throw new InvalidOptionException(
          formatted(
              "[tag] option 'column' expected %s but got '%s'",
              conllu ? "one of " + CONLLU + " or its number" : "the number of a column, from 1,",
              column));
    }
    return named;
  }

  private static void require(
      boolean enough, String[] cells, boolean conllu, int at, String place) {
    if (!enough) {
      throw new ComportaException(
          formatted(
              "[tag] expected %s in %s but got %d; separate sentences by empty lines, and columns by tabs",
              conllu
                  ? "10 columns"
                  : at > 1 ? formatted("%d columns or more", at + 1) : "a word and its tag",
              place,
              cells.length));
    }
  }

  /** Collects the words of a sentence. */
  private static final class Reader {
    private final String file;
    private final List<Sentence> sentences = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final List<String> tags = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();

    /** The line of the first comment before a sentence; 0 for none. */
    private int comment;

    Reader(String file) {
      this.file = file;
    }

    void comment(int line) {
      comment = comment == 0 ? line : comment;
    }

    void word(String word, String tag, int line) {
      if (word.isEmpty() || tag.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[tag] expected a word and its tag in line %d of %s but the %s is empty",
                line, file, word.isEmpty() ? "word" : "tag"));
      }
      words.add(word);
      tags.add(tag);
      lines.add(line);
    }

    void end() {
      if (words.isEmpty() && comment > 0) {
        throw new ComportaException(
            formatted(
                "[tag] expected a sentence after the comment in line %d of %s but it has no word; remove the comment",
                comment, file));
      }
      if (!words.isEmpty()) {
        sentences.add(new Sentence(words, tags, lines, file));
      }
      words.clear();
      tags.clear();
      lines.clear();
      comment = 0;
    }
  }

  /** The different tags, sorted. */
  static List<String> tags(List<Sentence> sentences) {
    Set<String> tags = new TreeSet<>();
    sentences.forEach(sentence -> tags.addAll(sentence.tags));
    return List.copyOf(tags);
  }

  /** Requires that the tags form spans, if they mark any. */
  private static void requireSpans(List<Sentence> sentences) {
    if (!BioTags.mark(tags(sentences))) {
      return;
    }
    for (Sentence sentence : sentences) {
      int invalid = BioTags.firstInvalid(sentence.tags);
      if (invalid >= 0) {
        String tag = sentence.tags.get(invalid);
        throw new ComportaException(
            formatted(
                "[tag] expected O, B-TYPE, or I-TYPE after B-TYPE or I-TYPE, in %s but got '%s' %s; correct the tag",
                sentence.place(invalid),
                tag,
                invalid == 0
                    ? "at the start of a sentence"
                    : formatted("after '%s'", sentence.tags.get(invalid - 1))));
      }
    }
  }

  /** Requires that sentences have no tags but these. */
  static void requireKnown(List<String> known, List<Sentence> sentences) {
    Set<String> all = Set.copyOf(known);
    for (Sentence sentence : sentences) {
      for (int i = 0; i < sentence.tags.size(); i++) {
        if (!all.contains(sentence.tags.get(i))) {
          int most = 20;
          throw new ComportaException(
              formatted(
                  "[tag] expected one of the tags %s%s in %s but got '%s', which does not occur in the training part",
                  known.subList(0, Math.min(most, known.size())),
                  known.size() > most ? formatted(" and %d others", known.size() - most) : "",
                  sentence.place(i),
                  sentence.tags.get(i)));
        }
      }
    }
  }

  /**
   * Sentences to train on, and sentences that are held out.
   *
   * @param training what a model is trained on
   * @param heldOut what it is validated and scored on
   */
  record Parts(List<Sentence> training, List<Sentence> heldOut) {}

  /**
   * Holds out a fraction of the sentences, chosen at random among those whose tags all occur in
   * others.
   */
  Parts split(double fraction, RandomSource random) {
    long wanted = Math.max(1, Math.round(fraction * sentences.size()));
    int[] order = Shuffle.order(sentences.size(), random);
    Set<Integer> held = new HashSet<>();
    Set<String> trained = new HashSet<>();
    for (int i = order.length - 1; i >= 0; i--) {
      Sentence sentence = sentences.get(order[i]);
      boolean known = trained.containsAll(sentence.tags);
      boolean last = i < wanted - held.size();
      if (known && last) {
        held.add(order[i]);
      } else {
        trained.addAll(sentence.tags);
      }
    }
    if (held.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[tag] expected a sentence to hold out of the %d of %s but each has a tag of its own; add sentences, or give --validation-data",
              sentences.size(), name));
    }
    return parts(held::contains);
  }

  /** Holds out the sentences with these numbers. */
  Parts parts(IntPredicate held) {
    List<Sentence> training = new ArrayList<>();
    List<Sentence> heldOut = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      (held.test(i) ? heldOut : training).add(sentences.get(i));
    }
    return new Parts(training, heldOut);
  }

  /** The hash of words and tags: the same for the same sentences, wherever they lie. */
  String sha256() {
    MessageDigest digest = Sha256.newDigest();
    for (Sentence sentence : sentences) {
      for (int i = 0; i < sentence.words.size(); i++) {
        String line = sentence.words.get(i) + "\t" + sentence.tags.get(i) + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      digest.update((byte) '\n');
    }
    return Sha256.hex(digest);
  }
}
