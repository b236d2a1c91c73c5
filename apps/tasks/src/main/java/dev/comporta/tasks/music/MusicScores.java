package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.frame.Score;
import dev.comporta.inference.LoadedModel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The negative log-likelihood of pieces in nats per timestep, from the second one of each piece on,
 * as Boulanger-Lewandowski et al. 2012 and Bai et al. 2018 report it.
 */
final class MusicScores {
  /** Keys that sound or not, given what the model says about each. */
  static final Spec LOSS = Spec.of("binary-cross-entropy");

  private static final String METRIC = "nll";
  private static final int ROWS = 16;
  private static final int WINDOW = 256;

  private MusicScores() {}

  /**
   * Scores a model.
   *
   * @param part of the file that the pieces are; empty if they are not a part
   * @param fitted the pieces that the baselines are fitted to; no baselines if there are none
   */
  static Score of(LoadedModel model, List<Piece> pieces, String part, List<Piece> fitted) {
    long steps = steps(pieces);
    PieceWindows.Layout layout = layout(model);
    List<Piece> sorted =
        pieces.stream().sorted(Comparator.comparingInt(it -> -it.steps())).toList();
    double sum = 0;
    for (int from = 0; from < sorted.size(); from += ROWS) {
      List<Piece> rows = sorted.subList(from, Math.min(sorted.size(), from + ROWS));
      sum += model.with(runner -> nats(runner, model.catalog().loss(LOSS), layout, rows));
    }
    double nll = sum / steps;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put(METRIC, nll);
    figures.put("pieces", pieces.size());
    figures.put("steps", steps);
    String text =
        formatted(
            "%.4f nats per timestep, over %,d timesteps of %,d pieces", nll, steps, pieces.size());
    if (!part.isEmpty()) {
      figures.put("part", part);
      text += formatted(" of the part '%s'", part);
    }
    if (fitted.isEmpty()) {
      return Score.lower(METRIC, figures, text);
    }
    KeyStatistics statistics = new KeyStatistics(fitted);
    double marginal = statistics.marginal(pieces);
    double markov = statistics.markov(pieces);
    figures.put("marginal", marginal);
    figures.put("markov", markov);
    return Score.lower(
            METRIC,
            figures,
            formatted(
                "%s; frequencies of keys reach %.4f, by whether the key sounded before %.4f",
                text, marginal, markov))
        .against("a Markov chain of each key", markov);
  }

  /** The number of timesteps that are scored, one or more. */
  static long steps(List<Piece> pieces) {
    long steps = pieces.stream().mapToLong(it -> it.steps() - 1L).sum();
    if (steps == 0) {
      throw new ComportaException(
          "[music] expected a piece of two timesteps or more to score but all have one; use longer pieces");
    }
    return steps;
  }

  /** How the chords of a model become features. */
  static PieceWindows.Layout layout(LoadedModel model) {
    model.musicGenerator(); // refuses other models
    int outputs = model.network().outputSize();
    if (outputs != Piece.KEYS) {
      throw new ComportaException(
          formatted(
              "[music] expected a model of the %d keys of a piano but %s has %d; the file is inconsistent",
              Piece.KEYS, model.name(), outputs));
    }
    return new PieceWindows.Layout(model.network().inputSize() == 2 * Piece.KEYS);
  }

  /** The sum of pieces, the longest first, one window after the other. */
  private static double nats(
      ModelRunner runner, Loss loss, PieceWindows.Layout layout, List<Piece> rows) {
    double sum = 0;
    Carry carry = runner.newCarry(rows.size());
    for (int from = 0; from < rows.getFirst().steps(); from += WINDOW) {
      int start = from;
      Batch batch =
          layout.batch(
              rows,
              rows.stream().mapToInt(_ -> start).toArray(),
              rows.stream().mapToInt(it -> Math.min(it.steps(), start + WINDOW)).toArray(),
              new int[rows.size()],
              rows.size());
      sum += runner.evaluate(from == 0 ? batch.context(1) : batch, loss, carry).sum();
    }
    return sum;
  }
}
