package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.SeriesColumns;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.inference.content.StoredScale;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A forecaster with the columns that it reads and their normalisation: continues one or more
 * series. Any number of threads may use it at once.
 */
public final class Forecaster {
  /** So many series run together. */
  private static final int BATCH = 32;

  private final LoadedModel model;
  private final SeriesColumns inputs;
  private final List<String> columns;
  private final SeriesWindows.Layout layout;
  private final Optional<Quantiles> quantiles;
  private final StoredScale scale;
  private final Normalization normalization;

  /** Checks that the file holds what a forecaster needs. */
  Forecaster(LoadedModel model) {
    SequenceModel network = model.network();
    StoredSeries series = StoredSeries.of(model.content(), model.name());
    this.model = model;
    this.inputs = series.columns();
    this.columns = inputs.names();
    this.quantiles = series.quantiles();
    int targets = inputs.targets().size();
    int each = quantiles.map(Quantiles::count).orElse(1);
    int values = targets * each;
    if (network.inputSize() != columns.size() || network.outputSize() % values != 0) {
      throw new ComportaException(
          formatted(
              "[forecast] expected a model that reads %d numbers in each row and gives %d for each step, as its columns say, but %s reads %d and gives %d",
              columns.size(), values, model.name(), network.inputSize(), network.outputSize()));
    }
    this.layout =
        new SeriesWindows.Layout(
            columns.size(), 0, targets, series.window(), network.outputSize() / values, each);
    this.scale = StoredScale.of(model.content(), inputs.targets());
    this.normalization = StoredNormalization.of(model.content(), columns);
  }

  /**
   * {@return the names of the numbers of a row; those that are forecast come first, in most models
   * one}
   */
  public List<String> columns() {
    return columns;
  }

  /** {@return the same with what follows from dates and words} */
  public SeriesColumns inputs() {
    return inputs;
  }

  /** {@return the names of the columns that are forecast, the first of {@link #columns}} */
  public List<String> targets() {
    return inputs.targets();
  }

  /** {@return the levels of the quantiles that the model gives; empty if it gives the values} */
  public Optional<Quantiles> quantiles() {
    return quantiles;
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

  /** {@return whether the columns that are forecast are read as they are or as logarithms} */
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
    return normal(values, 0);
  }

  private float[] normal(double[] values, int first) {
    return normalization.apply(
        scale.apply(values, columns.size(), row -> StoredScale.place(first + row)));
  }

  /**
   * {@return an output of the network in the unit of the first column}
   *
   * @param output of the network
   */
  public double value(double output) {
    return value(output, 0);
  }

  /**
   * {@return an output of the network in the unit of a column that is forecast}
   *
   * @param output of the network
   * @param target the index of the column
   */
  public double value(double output, int target) {
    return scale.undo(normalization.undo(output, target));
  }

  /**
   * {@return what the outputs of the network for one window say of a value, in its own unit: the
   * quantiles in ascending order, or the value alone. A network may give quantiles that cross; they
   * are sorted, which never increases the pinball loss (Chernozhukov, Fernandez-Val and Galichon
   * 2010)}
   *
   * @param outputs of the network for one or more windows
   * @param window the index of the window among them
   * @param step how far ahead, from 0
   * @param target the index of the column
   */
  public double[] values(float[] outputs, int window, int step, int target) {
    int first = window * layout.outputs() + layout.place(step, target, 0);
    double[] values = new double[layout.repeats()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(outputs[first + i], target);
    }
    Arrays.sort(values);
    return values;
  }

  /** {@return which of {@link #values} is the forecast: the quantile closest to one half} */
  public int middle() {
    return quantiles.map(Quantiles::middle).orElse(0);
  }

  /**
   * {@return the means and deviations of the columns in the training data, those that are forecast
   * on their {@linkplain #scale scale}}
   */
  public Normalization normalization() {
    return normalization;
  }

  /**
   * Forecasts as many values of the first column as the model was trained to.
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
   * Forecasts any number of values of the first column, as {@link #forecasts}.
   *
   * @param series as in {@link #forecast(double...)}
   * @param horizon the number of values
   * @return the values that follow
   * @throws ComportaException as {@link #forecasts}
   */
  public SeriesForecast forecast(double[] series, int horizon) {
    return forecasts(series, horizon).getFirst();
  }

  /**
   * Forecasts any number of values of each column that is forecast. Beyond the trained horizon,
   * forecasts are fed back.
   *
   * @param series as in {@link #forecast(double...)}
   * @param horizon the number of values, 1 or more; at most the trained horizon for a model of
   *     quantiles, and for one that reads columns besides those that it forecasts, because these
   *     are not known in later rows
   * @return the values that follow, for each of the {@link #targets}
   * @throws ComportaException if there are fewer rows than the window, a number is not finite, or
   *     the horizon is out of range
   */
  public List<SeriesForecast> forecasts(double[] series, int horizon) {
    return forecastAll(List.of(series), horizon).getFirst();
  }

  /**
   * Forecasts several series, many at a time. Each forecast has the same bits as if its series were
   * forecast alone.
   *
   * @param series as in {@link #forecast(double...)}, each of any length from the window
   * @param horizon as in {@link #forecasts}
   * @return for each series what {@link #forecasts} returns
   * @throws ComportaException as {@link #forecasts}
   */
  public List<List<SeriesForecast>> forecastAll(List<double[]> series, int horizon) {
    series.forEach(this::requireRows);
    requireHorizon(horizon);
    List<List<SeriesForecast>> forecasts = new ArrayList<>();
    for (int from = 0; from < series.size(); from += BATCH) {
      forecasts.addAll(
          together(series.subList(from, Math.min(from + BATCH, series.size())), horizon));
    }
    return forecasts;
  }

  private List<List<SeriesForecast>> together(List<double[]> series, int horizon) {
    int count = series.size();
    int window = layout.timesteps();
    int size = columns.size();
    double[][] all = new double[count][];
    List<List<List<Double>>> values = new ArrayList<>();
    List<List<List<List<Double>>>> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] one = series.get(i);
      all[i] =
          Arrays.copyOf(
              Arrays.copyOfRange(one, one.length - window * size, one.length),
              (window + horizon) * size);
      values.add(lists(targets().size()));
      ranges.add(lists(targets().size()));
    }
    for (int done = 0; done < horizon; done += layout.horizon()) {
      float[] input = new float[Math.multiplyExact(count, window * size)];
      for (int i = 0; i < count; i++) {
        double[] rows = Arrays.copyOfRange(all[i], done * size, (done + window) * size);
        float[] read = normal(rows, series.get(i).length / size - window + done);
        for (int t = 0; t < window; t++) {
          System.arraycopy(read, t * size, input, (t * count + i) * size, size);
        }
      }
      Batch batch = Batch.ofValues(window, count, size, input, null);
      float[] output = model.with(runner -> runner.predict(batch, runner.newCarry(count)));
      for (int i = 0; i < count; i++) {
        for (int step = 0; step < Math.min(layout.horizon(), horizon - done); step++) {
          for (int target = 0; target < targets().size(); target++) {
            double[] found = values(output, i, step, target);
            all[i][(window + done + step) * size + target] = found[middle()];
            values.get(i).get(target).add(found[middle()]);
            ranges.get(i).get(target).add(Arrays.stream(found).boxed().toList());
          }
        }
      }
    }
    List<List<SeriesForecast>> forecasts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      forecasts.add(said(values.get(i), ranges.get(i)));
    }
    return forecasts;
  }

  private List<SeriesForecast> said(List<List<Double>> values, List<List<List<Double>>> ranges) {
    List<SeriesForecast> forecasts = new ArrayList<>();
    for (int target = 0; target < targets().size(); target++) {
      forecasts.add(
          new SeriesForecast(
              targets().get(target),
              values.get(target),
              quantiles.isPresent() ? ranges.get(target) : List.of()));
    }
    return List.copyOf(forecasts);
  }

  private static <T> List<List<T>> lists(int count) {
    List<List<T>> lists = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private void requireRows(double[] series) {
    int size = columns.size();
    if (series.length % size != 0) {
      throw new ShapeException(
          formatted(
              "[forecast] expected rows of %d columns, %s, but got %d numbers",
              size, columns, series.length));
    }
    if (series.length / size < layout.timesteps()) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows, the model's window, but got %d",
              layout.timesteps(), series.length / size));
    }
  }

  private void requireHorizon(int horizon) {
    if (horizon < 1) {
      throw new InvalidOptionException(
          "--horizon expected a whole number of 1 or more but got " + horizon);
    }
    if (horizon > layout.horizon() && columns.size() > targets().size()) {
      throw new InvalidOptionException(
          formatted(
              "--horizon expected at most %d, as the model was trained, because the other input columns of later rows are not known, but got %d",
              layout.horizon(), horizon));
    }
    if (horizon > layout.horizon() && quantiles.isPresent()) {
      throw new InvalidOptionException(
          formatted(
              "--horizon expected at most %d, as the model was trained, because quantiles of later rows do not follow from those before, but got %d",
              layout.horizon(), horizon));
    }
    if (horizon > Integer.MAX_VALUE / columns.size() - layout.timesteps()) {
      throw new InvalidOptionException(
          formatted(
              "--horizon expected at most %d for %d columns but got %d",
              Integer.MAX_VALUE / columns.size() - layout.timesteps(), columns.size(), horizon));
    }
  }
}
