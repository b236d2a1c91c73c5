package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.inference.content.StoredScale;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import java.util.Arrays;
import java.util.List;

/**
 * A forecaster with the columns that it reads and their normalisation: continues a series. Any
 * number of threads may use it at once.
 */
public final class Forecaster {
  private final LoadedModel model;
  private final List<String> columns;
  private final SeriesWindows.Layout layout;
  private final StoredScale scale;
  private final Normalization normalization;

  /** Checks that the file holds what a forecaster needs. */
  Forecaster(LoadedModel model) {
    SequenceModel network = model.network();
    StoredSeries series = StoredSeries.of(model.content(), model.name());
    this.model = model;
    this.columns = series.columns();
    this.layout =
        new SeriesWindows.Layout(columns.size(), 0, series.window(), network.outputSize());
    this.scale = StoredScale.of(model.content(), columns.getFirst());
    this.normalization = StoredNormalization.of(model.content(), columns);
  }

  /** {@return the names of the input columns; the first one is forecast} */
  public List<String> columns() {
    return columns;
  }

  /** {@return the number of rows from which a forecast is made} */
  public int window() {
    return layout.timesteps();
  }

  /** {@return the number of values that the model was trained to forecast at once} */
  public int horizon() {
    return layout.horizon();
  }

  /** {@return the columns, the window and the horizon} */
  public SeriesWindows.Layout layout() {
    return layout;
  }

  /** {@return whether the first column is read as it is or as logarithms} */
  public StoredScale scale() {
    return scale;
  }

  /**
   * {@return a table as the network reads it: on its scale and normalised}
   *
   * @param values {@code [rows, columns]}, in the columns' own units
   * @throws ComportaException if a number is not finite, or has no logarithm
   */
  public float[] normal(double[] values) {
    return normalization.apply(scale.apply(values, columns.size()));
  }

  /**
   * {@return an output of the network in the unit of the first column}
   *
   * @param output of the network
   */
  public double value(double output) {
    return scale.undo(normalization.undo(output, 0));
  }

  /**
   * {@return the means and deviations of the columns in the training data, the first one on its
   * {@linkplain #scale scale}}
   */
  public Normalization normalization() {
    return normalization;
  }

  /**
   * Forecasts as many values as the model was trained to.
   *
   * @param series the rows before the forecast, the last one last, in the columns' own units:
   *     {@code [rows, columns]}; one column is a plain series
   * @return the values that follow
   * @throws ComportaException as {@link #forecast(double[], int)}
   */
  public SeriesForecast forecast(double... series) {
    return forecast(series, layout.horizon());
  }

  /**
   * Forecasts any number of values. Beyond the trained horizon, forecasts are fed back.
   *
   * @param series as in {@link #forecast(double...)}
   * @param horizon the number of values, 1 or more; for a model of several columns at most the
   *     trained horizon, because the other columns of later rows are not known
   * @return the values that follow
   * @throws ComportaException if there are fewer rows than the window, a number is not finite, or
   *     the horizon is out of range
   */
  public SeriesForecast forecast(double[] series, int horizon) {
    int window = layout.timesteps();
    int size = columns.size();
    if (series.length % size != 0) {
      throw new ShapeException(
          formatted(
              "[forecast] expected rows of %d columns, %s, but got %d numbers",
              size, columns, series.length));
    }
    if (series.length / size < window) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows, the model's window, but got %d",
              window, series.length / size));
    }
    if (horizon < 1) {
      throw new InvalidOptionException(
          "--horizon expected a whole number of 1 or more but got " + horizon);
    }
    if (horizon > layout.horizon() && size > 1) {
      throw new InvalidOptionException(
          formatted(
              "--horizon expected at most %d, as the model was trained, because the other input columns of later rows are not known, but got %d",
              layout.horizon(), horizon));
    }
    double[] last = Arrays.copyOfRange(series, series.length - window * size, series.length);
    double[] all = Arrays.copyOf(last, last.length + horizon); // beyond the first, one column
    for (int done = 0; done < horizon; done += layout.horizon()) {
      double[] input = Arrays.copyOfRange(all, done, done + last.length);
      Batch batch = Batch.ofValues(window, 1, size, normal(input), null);
      float[] output = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
      for (int step = 0; step < Math.min(layout.horizon(), horizon - done); step++) {
        all[last.length + done + step] = value(output[step]);
      }
    }
    double[] values = Arrays.copyOfRange(all, last.length, all.length);
    return new SeriesForecast(columns.getFirst(), Arrays.stream(values).boxed().toList());
  }
}
