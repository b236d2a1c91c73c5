package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Score;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.series.Detector.Verdict;
import dev.comporta.tasks.series.Faults.Fault;
import dev.comporta.training.data.Normalization;
import dev.comporta.view.SeriesPicture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Scores a detector on rows with faults, next to the three-sigma rule, and draws them. */
final class AlarmScoring {
  private AlarmScoring() {}

  /** Puts faults into the rows from one on, in proportion to the steps of the series. */
  static List<Fault> inject(
      LoadedModel model, double[] values, int from, int most, RandomSource random) {
    Forecaster forecaster = model.forecaster();
    int columns = forecaster.columns().size();
    double[] series = new double[values.length / columns];
    Arrays.setAll(series, row -> values[row * columns]);
    double[] steps = new double[series.length - 1];
    Arrays.setAll(steps, i -> series[i + 1] - series[i]);
    double unit = Normalization.fit(steps, 1, steps.length).deviations()[0];
    return Faults.inject(
        values, columns, from, most, unit, forecaster.scale().logarithmic(), random);
  }

  /**
   * Scores alarms.
   *
   * @param model the forecaster
   * @param detector gives the alarms
   * @param values {@code [rows, columns]}, with faults
   * @param from the first row to look at
   * @param faults that should be found
   * @param picture to draw the rows, or null
   */
  static Score of(
      LoadedModel model,
      Detector detector,
      double[] values,
      int from,
      List<Fault> faults,
      @Nullable Path picture) {
    int columns = model.forecaster().columns().size();
    List<Verdict> verdicts = detector.detect(model, values, from);
    boolean[] departs = new boolean[verdicts.size()];
    boolean[] simple = new boolean[verdicts.size()];
    float[] normal = model.forecaster().normal(values);
    for (int i = 0; i < departs.length; i++) {
      departs[i] = verdicts.get(i).departs();
      simple[i] = Math.abs(normal[(from + i) * columns]) > 3; // deviations of the training part
    }
    if (picture != null) {
      SeriesPicture.write(
          picture,
          Printable.quote(model.forecaster().columns().getFirst()),
          "range of usual values",
          verdicts.stream()
              .map(it ->
                  new SeriesPicture.Row(
                      it.row() + 1, it.value(), it.forecast(), it.low(), it.high()))
              .toList(),
          List.of(
              new SeriesPicture.Marks("fault", faulty(faults)),
              new SeriesPicture.Marks(
                  "anomaly",
                  verdicts.stream()
                      .filter(Verdict::departs)
                      .map(it -> it.row() + 1)
                      .collect(Collectors.toSet()))));
    }
    AlarmScores scores = AlarmScores.of(departs, from, faults);
    AlarmScores others = AlarmScores.of(simple, from, faults);
    Map<String, Object> figures = new LinkedHashMap<>();
    scores.put(figures, "");
    others.put(figures, "three_sigma_");
    figures.put("faults", faults.size());
    figures.put("rows", departs.length);
    figures.put(Detector.THRESHOLD, detector.threshold());
    figures.put(Detector.REPEATS, detector.repeats());
    return Score.higher(
            "f1",
            figures,
            formatted(
                "%s: %s in %,d rows%nthe three-sigma rule: %s",
                Printable.quote(model.forecaster().columns().getFirst()),
                scores.words(),
                departs.length,
                others.words()))
        .against("the three-sigma rule", others.f1());
  }

  /** The numbers of the rows that are at fault, the first one being 1. */
  private static Set<Integer> faulty(List<Fault> faults) {
    Set<Integer> numbers = new HashSet<>();
    for (Fault fault : faults) {
      for (int row = fault.start(); row < fault.end(); row++) {
        numbers.add(row + 1);
      }
    }
    return numbers;
  }
}
