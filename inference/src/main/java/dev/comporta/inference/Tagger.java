package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.layers.CrfLayer;
import dev.comporta.cells.layers.WordCharactersLayer;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredWords;
import dev.comporta.training.tags.BioTags;
import dev.comporta.training.tags.LinearChain;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that tags each word of a sentence, such as with its part of speech or as part of a name.
 * The tags of a sentence are its most likely sequence of tags (Viterbi 1967); tags that {@linkplain
 * BioTags mark spans} form spans. Any number of threads may use it at once.
 */
public final class Tagger {
  /** So many sentences run together. */
  private static final int BATCH = 32;

  private final LoadedModel model;
  private final List<String> labels;
  private final StoredWords words;
  private final int wordLength;
  private final boolean @Nullable [] allowed;

  Tagger(LoadedModel model) {
    this.model = model;
    this.labels = StoredLabels.of(model.content());
    this.words = StoredWords.of(model.content(), model.name());
    var layers = model.network().layers();
    if (!(layers.getFirst() instanceof WordCharactersLayer reader
        && layers.getLast() instanceof CrfLayer chain
        && reader.vocabulary() == words.words()
        && reader.characters() == words.characters()
        && chain.classes() == labels.size())) {
      throw new ComportaException(
          formatted(
              "[tag] expected layers from word-characters to crf that fit the %d words, %d characters and %d labels of %s but they do not; the file is inconsistent",
              words.words(), words.characters(), labels.size(), model.name()));
    }
    this.wordLength = reader.wordLength();
    this.allowed = BioTags.mark(labels) ? BioTags.allowed(labels) : null;
  }

  /** {@return the tags} */
  public List<String> labels() {
    return labels;
  }

  /**
   * Tags a text.
   *
   * @param text words separated by white space
   * @return a tag for each word, with its probability there
   * @throws ComportaException if the text has no word
   */
  public List<Label> tag(String text) {
    return tag(WordVocabulary.split(text));
  }

  /**
   * Tags a sentence.
   *
   * @param sentence one word or more
   * @return a tag for each word, with its probability there
   * @throws ComportaException if there is no word
   */
  public List<Label> tag(List<String> sentence) {
    return tagAll(List.of(sentence)).getFirst();
  }

  /**
   * Tags sentences, several at a time. Each gets the same bits as if it were tagged alone.
   *
   * @param sentences one word or more each
   * @return a tag for each word of each sentence
   * @throws ComportaException if a sentence has no word
   */
  public List<List<Label>> tagAll(List<List<String>> sentences) {
    List<List<Label>> all = new ArrayList<>();
    for (int from = 0; from < sentences.size(); from += BATCH) {
      List<List<String>> some = sentences.subList(from, Math.min(from + BATCH, sentences.size()));
      List<int[]> ids = new ArrayList<>();
      for (List<String> sentence : some) {
        if (sentence.isEmpty()) {
          throw new ComportaException("[tag] expected a sentence of 1 word or more but got none");
        }
        ids.add(words.encode(sentence, wordLength));
      }
      model.runIds(ids).forEach(scores -> all.add(tags(scores)));
    }
    return all;
  }

  private List<Label> tags(float[] scores) {
    LinearChain chain = new LinearChain(scores, labels.size(), allowed);
    double[][] shares = chain.marginals();
    int[] best = chain.best();
    List<Label> tags = new ArrayList<>();
    for (int t = 0; t < best.length; t++) {
      tags.add(new Label(labels.get(best[t]), Math.min(1, shares[t][best[t]])));
    }
    return tags;
  }
}
