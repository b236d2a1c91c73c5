package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.frame.Score;
import dev.comporta.inference.Captioner;
import dev.comporta.tasks.captions.CaptionedImages.Captioned;
import dev.comporta.training.metrics.Bleu;
import dev.comporta.training.metrics.ChrF;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How close captions are to the sentences of pictures or clips, next to the most frequent sentence.
 */
final class SentenceScores {
  /** The name of the baseline. */
  static final String BASELINE = "the most frequent sentence";

  private static final String BLEU = "bleu";
  private static final int SAMPLES = 5;

  /**
   * What is scored.
   *
   * @param metric the figure that counts most
   * @param exact the name of the share of captions that equal a sentence
   * @param unit what there are captions of, in the plural
   */
  record Wording(String metric, String exact, String unit) {
    static final Wording PICTURES = new Wording(BLEU, "exact_sentence", "pictures");
    static final Wording CLIPS = new Wording(BLEU, "exact", "clips");

    /** Clips with one right sentence each. */
    static final Wording DRAWN_CLIPS = new Wording("exact", "exact", "clips");
  }

  private SentenceScores() {}

  /**
   * Scores a model against the sentence that is most frequent in these data, with the captions per
   * second.
   */
  static Score evaluated(
      Captioner model, BeamSettings search, CaptionedImages scored, Wording wording) {
    long start = System.nanoTime();
    List<String> said = said(model, search, scored);
    double rate = said.size() * 1e9 / (System.nanoTime() - start);
    return score(
        said,
        search,
        scored,
        scored.mostFrequent(),
        BASELINE + " of these data",
        wording,
        Map.of(wording.unit() + "_per_second", rate));
  }

  /**
   * Scores a model.
   *
   * @param guess the sentence of the baseline
   * @param baseline its name, in words
   */
  static Score score(
      Captioner model,
      BeamSettings search,
      CaptionedImages scored,
      String guess,
      String baseline,
      Wording wording) {
    return score(said(model, search, scored), search, scored, guess, baseline, wording, Map.of());
  }

  private static List<String> said(Captioner model, BeamSettings search, CaptionedImages scored) {
    List<Captioned> all = scored.images();
    List<String> said = new ArrayList<>();
    for (int from = 0; from < all.size(); from += Pictures.AT_ONCE) {
      List<float[]> images =
          all.subList(from, Math.min(all.size(), from + Pictures.AT_ONCE)).stream()
              .map(it -> it.numbers().array())
              .toList();
      model.caption(images, search).forEach(it -> said.add(it.text()));
    }
    return said;
  }

  private static Score score(
      List<String> said,
      BeamSettings search,
      CaptionedImages scored,
      String guess,
      String baseline,
      Wording wording,
      Map<String, Object> more) {
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    Bleu guessed = new Bleu(Bleu.Tokenization.NONE);
    ChrF chrF = new ChrF();
    int exact = 0;
    int guessedExactly = 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < said.size(); i++) {
      List<String> captions = scored.images().get(i).captions();
      bleu.add(said.get(i), captions);
      guessed.add(guess, captions);
      chrF.add(said.get(i), closest(said.get(i), captions));
      exact += captions.contains(said.get(i)) ? 1 : 0;
      guessedExactly += captions.contains(guess) ? 1 : 0;
      if (i < SAMPLES) {
        String of = captions.size() == 1 ? "its caption" : "one of its captions";
        text.append(formatted("%s (%s: %s)%n", said.get(i), of, captions.getFirst()));
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put(BLEU, bleu.score());
    figures.put("chrf", chrF.score());
    figures.put(wording.exact(), exact / (double) said.size());
    figures.put(wording.unit(), said.size());
    figures.put("beam", search.beam());
    figures.putAll(more);
    if (!wording.metric().equals(BLEU)) {
      figures.put("baseline_bleu", guessed.score());
    }
    text.append(
        formatted(
            "BLEU %.2f, chrF %.2f, %.1f %% exact: %,d %s",
            bleu.score(), chrF.score(), 100.0 * exact / said.size(), said.size(), wording.unit()));
    return Score.higher(wording.metric(), figures, text.toString())
        .against(
            baseline,
            wording.metric().equals(BLEU)
                ? guessed.score()
                : guessedExactly / (double) said.size());
  }

  /** The caption of a picture with the highest chrF, as sacreBLEU counts several references. */
  private static String closest(String said, List<String> captions) {
    String closest = captions.getFirst();
    double most = -1;
    for (String caption : captions) {
      ChrF one = new ChrF();
      one.add(said, caption);
      if (one.score() > most) {
        most = one.score();
        closest = caption;
      }
    }
    return closest;
  }
}
