package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Score;
import dev.comporta.inference.RecognitionSettings;
import dev.comporta.inference.SpeechRecognizer;
import dev.comporta.inference.Transcript;
import dev.comporta.training.metrics.EditDistance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The error rates of words and characters: all, and those of each speaker, next to a baseline. */
final class SpeechScores {
  /** More speakers than a table should have. */
  private static final int MOST_SPEAKERS = 30;

  private final Rates all = new Rates();
  private final Map<String, Rates> speakers = new TreeMap<>();
  private final EditDistance baseline = new EditDistance();
  private final String frequent;

  /** The errors in some recordings. */
  private static final class Rates {
    private final EditDistance words = new EditDistance();
    private final EditDistance characters = new EditDistance();
    private int count;
    private int right;

    private void add(String answer, String reference) {
      words.addWords(answer, reference);
      characters.addCharacters(answer, reference);
      right += answer.equals(reference) ? 1 : 0;
      count++;
    }

    private Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("wer", words.rate());
      figures.put("cer", characters.rate());
      figures.put("exact", right / (double) count);
      figures.put("count", count);
      figures.put("words", words.length());
      return figures;
    }

    private String line(String name, int width) {
      return formatted(
          "%n%-" + width + "s  %10s  %8s  %8s  %8s",
          name,
          formatted("%,d", count),
          formatted("%,d", words.length()),
          formatted("%.2f %%", 100 * words.rate()),
          formatted("%.2f %%", 100 * characters.rate()));
    }
  }

  /**
   * Scores a model.
   *
   * @param scored the recordings, one or more
   * @param fitted the recordings with the most frequent word
   */
  SpeechScores(
      SpeechRecognizer model,
      RecognitionSettings search,
      List<Recording> scored,
      List<Recording> fitted) {
    this.frequent = frequent(fitted);
    List<Transcript> answers =
        model.recognizeAll(scored.stream().map(Recording::samples).toList(), search);
    for (int i = 0; i < scored.size(); i++) {
      Recording recording = scored.get(i);
      String answer = answers.get(i).text();
      all.add(answer, recording.text());
      if (!recording.speaker().isEmpty()) {
        speakers
            .computeIfAbsent(recording.speaker(), _ -> new Rates())
            .add(answer, recording.text());
      }
      baseline.addWords(frequent, recording.text());
    }
  }

  private static String frequent(List<Recording> recordings) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Recording recording : recordings) {
      for (String word : recording.text().split(" ", -1)) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** The score; {@code wer} counts most. */
  Score score() {
    Map<String, Object> figures = all.figures();
    Map<String, Object> each = new LinkedHashMap<>();
    speakers.forEach((speaker, rates) -> each.put(speaker, rates.figures()));
    figures.put("speakers", each);
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "word error rate %.2f %% (%,d of %,d words), character error rate %.2f %%, %,d of %,d recordings without an error",
            100 * all.words.rate(),
            all.words.edits(),
            all.words.length(),
            100 * all.characters.rate(),
            all.right,
            all.count));
    if (!speakers.isEmpty()) {
      int width = Math.max(7, speakers.keySet().stream().mapToInt(String::length).max().orElse(0));
      text.append(
          formatted(
              "%n%-" + width + "s  %10s  %8s  %8s  %8s",
              "speaker",
              "recordings",
              "words",
              "WER",
              "CER"));
      speakers.entrySet().stream()
          .limit(MOST_SPEAKERS)
          .forEach(it -> text.append(it.getValue().line(it.getKey(), width)));
      if (speakers.size() > MOST_SPEAKERS) {
        text.append(formatted("%nand %,d other speakers", speakers.size() - MOST_SPEAKERS));
      }
    }
    return Score.lower("wer", figures, text.toString())
        .against(formatted("the most frequent word, '%s',", frequent), baseline.rate());
  }
}
