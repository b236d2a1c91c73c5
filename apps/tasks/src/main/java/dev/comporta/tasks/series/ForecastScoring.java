package dev.comporta.tasks.series;

import dev.comporta.api.Printable;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.Score;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.series.SeriesTable.Slice;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.Quantiles;
import dev.comporta.view.SeriesPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Scores a forecaster on rows of a table, next to the baselines on the same rows, and draws it. */
final class ForecastScoring {
  /** The metric with the error one step ahead on held-out rows, normalised. */
  static final String SPREAD = "spread of errors";

  /** So many standard deviations on either side hold nine of ten errors, if they are normal. */
  private static final double NINE_OF_TEN = 1.645;

  private final LoadedModel model;
  private final Forecaster forecaster;
  private final SeriesTable table;
  private final int batch;
  private final List<TargetErrors> own = new ArrayList<>();
  private final List<Map<String, TargetErrors>> others = new ArrayList<>();
  private final List<SeriesPicture.Row> drawn = new ArrayList<>();
  private final Map<Slice, List<Baselines>> baselines = new LinkedHashMap<>();
  private int forecasts;

  private ForecastScoring(LoadedModel model, SeriesTable table, List<Slice> slices, int batch) {
    this.model = model;
    this.forecaster = model.forecaster();
    this.table = table;
    this.batch = batch;
    for (int target = 0; target < table.targets().size(); target++) {
      own.add(new TargetErrors(forecaster.horizon(), forecaster.quantiles()));
      others.add(new LinkedHashMap<>());
    }
    float[] normal = forecaster.normalization().apply(table.on(forecaster.scale()));
    for (Slice slice : slices) {
      List<Baselines> fitted = new ArrayList<>();
      for (int target = 0; target < table.targets().size(); target++) {
        fitted.add(Baselines.of(model.content(), prefix(table, target, slice.series())));
      }
      baselines.put(slice, fitted);
      score(normal, slice, fitted, slice.equals(slices.getFirst()));
      for (int target = 0; target < fitted.size(); target++) {
        compare(slice, target, fitted.get(target));
      }
    }
    // A baseline that a series lacks, such as one that was not there in training, is left out.
    for (Map<String, TargetErrors> each : others) {
      long values = own.getFirst().all().count();
      each.values().removeIf(errors -> errors.all().count() < values);
    }
  }

  /** What comes before the names of the constants of a column of a series. */
  static String prefix(SeriesTable table, int target, SeriesTable.Series series) {
    return Baselines.prefix(
        table.targets().size() == 1 && series.name().isEmpty() ? "" : table.targets().get(target),
        series.name());
  }

  /**
   * Scores all windows of some slices.
   *
   * @param model the forecaster
   * @param table the rows
   * @param slices those that are scored
   * @param batch windows at once
   * @param picture to draw the first column in the first slice, or null
   */
  static Score of(
      LoadedModel model, SeriesTable table, List<Slice> slices, int batch, @Nullable Path picture) {
    ForecastScoring scoring = new ForecastScoring(model, table, slices, batch);
    if (picture != null) {
      scoring.draw(picture, slices.getFirst());
    }
    List<ForecastScores> scores = new ArrayList<>();
    for (int target = 0; target < table.targets().size(); target++) {
      scores.add(
          new ForecastScores(
              scoring.forecaster,
              table.targets().get(target),
              scoring.own.get(target),
              Objects.requireNonNull(scoring.baselines.get(slices.getFirst())).get(target),
              scoring.others.get(target),
              scoring.forecasts));
    }
    return scores.size() == 1 ? scores.getFirst().score() : ForecastScores.together(scores);
  }

  private void score(float[] normal, Slice slice, List<Baselines> fitted, boolean isDrawn) {
    SeriesWindows windows =
        new SeriesWindows(normal, forecaster.layout(), slice.from(), slice.end(), batch, null);
    double spread = model.content().metrics().getOrDefault(SPREAD, 0.0);
    forecasts += windows.windows();
    for (int index = 0; index < windows.chunks(); index++) {
      Batch chunk = windows.batch(0, index);
      float[] outputs =
          model.with(runner -> runner.predict(chunk, runner.newCarry(batch))); // [1, B, H K Q]
      int filled = Math.min(batch, windows.windows() - index * batch);
      for (int row = 0; row < filled; row++) {
        int next = windows.firstTarget(index * batch + row);
        for (int step = 0; step < forecaster.horizon(); step++) {
          for (int target = 0; target < own.size(); target++) {
            double[] values = forecaster.values(outputs, row, step, target);
            double actual = value(next + step, target);
            double scale = fitted.get(target).scale();
            own.get(target).add(step, values[forecaster.middle()], actual, scale);
            own.get(target).addRange(step, values, actual);
            if (isDrawn && step == 0 && target == 0) {
              int place = row * forecaster.layout().outputs();
              drawn.add(row(slice, next, actual, values, outputs[place], spread));
            }
          }
        }
      }
    }
  }

  private double value(int row, int target) {
    return table.table().values()[row * table.width() + target];
  }

  private SeriesPicture.Row row(
      Slice slice, int next, double actual, double[] values, float output, double spread) {
    boolean ranged = values.length > 1;
    return new SeriesPicture.Row(
        next - slice.series().from() + 1,
        actual,
        values[forecaster.middle()],
        ranged ? values[0] : forecaster.value(output - NINE_OF_TEN * spread),
        ranged ? values[values.length - 1] : forecaster.value(output + NINE_OF_TEN * spread));
  }

  private void compare(Slice slice, int target, Baselines fitted) {
    Optional<Quantiles> quantiles = forecaster.quantiles();
    double[] values = table.values(target, slice.series(), slice.end());
    int first = slice.from() - slice.series().from() + forecaster.window();
    List<String> names = fitted.names(first);
    Optional<BaselineRanges> ranges =
        quantiles.map(levels ->
            BaselineRanges.of(
                model.content(),
                prefix(table, target, slice.series()),
                levels,
                forecaster.horizon(),
                names));
    Map<String, TargetErrors> all = others.get(target);
    for (String name : names) {
      all.computeIfAbsent(name, _ -> new TargetErrors(forecaster.horizon(), quantiles));
    }
    fitted.forecasts(
        values,
        first,
        values.length,
        forecaster.horizon(),
        (name, step, forecast, actual) -> {
          TargetErrors errors = Objects.requireNonNull(all.get(name));
          errors.add(step, forecast, actual, fitted.scale());
          ranges
              .filter(it -> it.errors().containsKey(name))
              .ifPresent(it -> errors.addRange(step, it.around(name, step, forecast), actual));
        });
  }

  private void draw(Path picture, Slice slice) {
    String band =
        forecaster
            .quantiles()
            .filter(it -> it.count() > 1)
            .map(it ->
                ForecastScores.outer(it)
                    + ", which should hold "
                    + ForecastScores.percent(it.width())
                    + " of the values")
            .orElse(
                "range of 90 % of the values, by the errors on held-out rows of the training part");
    String name = Printable.quote(table.targets().getFirst());
    SeriesPicture.write(
        picture,
        slice.series().name().isEmpty()
            ? name
            : name + " of " + Printable.quote(slice.series().name()),
        band,
        drawn,
        List.of());
  }
}
