package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.frame.Score;
import dev.comporta.inference.Captioner;
import dev.comporta.tasks.captions.Photos.Photo;
import dev.comporta.training.metrics.Bleu;
import dev.comporta.training.metrics.ChrF;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How close captions are to the sentences of photos, next to the most frequent sentence. */
final class PhotoScores {
  /** The name of the baseline. */
  static final String BASELINE = "the most frequent sentence";

  private static final String METRIC = "bleu";
  private static final int SAMPLES = 5;

  private PhotoScores() {}

  /**
   * Scores a model.
   *
   * @param guess the sentence of the baseline
   * @param baseline its name, in words
   */
  static Score score(
      Captioner model, BeamSettings search, Photos scored, String guess, String baseline) {
    List<Photo> photos = scored.photos();
    List<String> said = new ArrayList<>();
    long start = System.nanoTime();
    for (int from = 0; from < photos.size(); from += Pictures.AT_ONCE) {
      List<float[]> images =
          photos.subList(from, Math.min(photos.size(), from + Pictures.AT_ONCE)).stream()
              .map(Photo::image)
              .toList();
      model.caption(images, search).forEach(it -> said.add(it.text()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    Bleu guessed = new Bleu(Bleu.Tokenization.NONE);
    ChrF chrF = new ChrF();
    int exact = 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < said.size(); i++) {
      List<String> captions = photos.get(i).captions();
      bleu.add(said.get(i), captions);
      guessed.add(guess, captions);
      chrF.add(said.get(i), closest(said.get(i), captions));
      exact += captions.contains(said.get(i)) ? 1 : 0;
      if (i < SAMPLES) {
        text.append(formatted("%s (one of its captions: %s)%n", said.get(i), captions.getFirst()));
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put(METRIC, bleu.score());
    figures.put("chrf", chrF.score());
    figures.put("exact_sentence", exact / (double) said.size());
    figures.put("pictures", said.size());
    figures.put("beam", search.beam());
    figures.put("pictures_per_second", said.size() / seconds);
    text.append(
        formatted(
            "BLEU %.2f, chrF %.2f, %.1f %% exact: %,d pictures",
            bleu.score(), chrF.score(), 100.0 * exact / said.size(), said.size()));
    return Score.higher(METRIC, figures, text.toString()).against(baseline, guessed.score());
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
