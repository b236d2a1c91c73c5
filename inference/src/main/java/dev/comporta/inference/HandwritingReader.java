package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.ctc.CtcBeamSearch;
import dev.comporta.attention.ctc.CtcLexicon;
import dev.comporta.attention.ctc.CtcOutputs;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredInk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a pen wrote (Graves et al. 2009, <i>A Novel Connectionist System for Unconstrained
 * Handwriting Recognition</i>). Any number of threads may use it at once.
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(file)) {
 *   Ink ink = new Ink(List.of(new float[] {0, 0, 1, 8, 2, 17}));
 *   System.out.println(model.handwritingReader().read(ink));
 * }
 * }</pre>
 */
public final class HandwritingReader {
  /** So many inks are read together, */
  private static final int BATCH = 64;

  /** and so many points at most, padding included, unless a single ink has more. */
  private static final int POINTS = 16_384;

  private final LoadedModel model;
  private final StoredInk stored;

  /** Checks that the file holds a model that reads pen strokes. */
  HandwritingReader(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.stored = StoredInk.of(model.content(), model.name());
    if (!network.encoder().isEmpty()
        || network.inputSize() != InkFeatures.READ
        || network.outputSize() != stored.classes()) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected a model that reads %d features of pen strokes and gives %d classes but %s has %d and %d",
              InkFeatures.READ,
              stored.classes(),
              model.name(),
              network.inputSize(),
              network.outputSize()));
    }
  }

  /** {@return the letters that the model knows} */
  public List<String> letters() {
    return stored.letters();
  }

  /**
   * Reads strokes: at each point the most likely letter or none.
   *
   * @param ink a word or a line
   * @return what it says; may be empty
   */
  public String read(Ink ink) {
    return readAll(List.of(ink)).getFirst();
  }

  /**
   * Reads strokes, several at a time. Each text is the same as if it were read alone.
   *
   * @param inks the words or lines
   * @return what each says
   */
  public List<String> readAll(List<Ink> inks) {
    return outputs(inks).stream().map(outputs -> stored.decode(outputs.greedy().labels())).toList();
  }

  /**
   * Searches for the most likely texts.
   *
   * @param ink a word or a line
   * @param search how
   * @return the texts that were found, the most likely first; one or more
   */
  public List<ReadText> read(Ink ink, CtcBeamSearch search) {
    return readAll(List.of(ink), search).getFirst();
  }

  /**
   * Searches for the most likely texts of several inks.
   *
   * @param inks the words or lines
   * @param search how
   * @return for each the texts that were found, the most likely first; one or more
   */
  public List<List<ReadText>> readAll(List<Ink> inks, CtcBeamSearch search) {
    return outputs(inks).stream()
        .map(outputs ->
            search.search(outputs).stream()
                .map(it -> new ReadText(stored.decode(it.labels()), it.logProbability()))
                .toList())
        .toList();
  }

  /**
   * A beam search.
   *
   * @param width the prefixes that are kept at each point, 1 or more
   * @param words the only words that may be found, separated by spaces; null if any may. Words with
   *     letters that the model does not know are left out
   * @return the search
   * @throws ComportaException if there is no word of letters that the model knows
   */
  public CtcBeamSearch search(int width, @Nullable List<String> words) {
    if (words == null) {
      return new CtcBeamSearch(width, null);
    }
    int space = stored.letters().indexOf(" ") + 1;
    List<int[]> known = new ArrayList<>();
    for (String word : words) {
      int[] letters = stored.encode(word);
      if (letters.length > 0
          && Arrays.stream(letters).allMatch(it -> it != StoredInk.BLANK && it != space)) {
        known.add(letters);
      }
    }
    if (known.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected a word of letters that %s knows in the lexicon of %,d words but found none",
              model.name(), words.size()));
    }
    return new CtcBeamSearch(
        width, new CtcLexicon(known, space == 0 ? CtcLexicon.NO_SEPARATOR : space));
  }

  private List<CtcOutputs> outputs(List<Ink> inks) {
    List<CtcOutputs> all = new ArrayList<>();
    List<float[]> together = new ArrayList<>();
    int longest = 0;
    for (Ink ink : inks) {
      float[] points = InkFeatures.read(ink);
      int most = Math.max(longest, points.length / InkFeatures.READ);
      if (together.size() == BATCH || (long) most * (together.size() + 1) > POINTS) {
        run(together, all);
        together.clear();
        most = points.length / InkFeatures.READ;
      }
      together.add(points);
      longest = most;
    }
    run(together, all);
    return all;
  }

  private void run(List<float[]> sequences, List<CtcOutputs> to) {
    List<float[]> logits = model.run(sequences);
    for (int row = 0; row < logits.size(); row++) {
      int timesteps = sequences.get(row).length / InkFeatures.READ;
      if (logits.get(row).length != timesteps * stored.classes()) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected an output for each of %d points but the layers of %s give %d",
                timesteps, model.name(), logits.get(row).length / stored.classes()));
      }
      to.add(CtcOutputs.ofLogits(logits.get(row), stored.classes(), StoredInk.BLANK));
    }
  }
}
