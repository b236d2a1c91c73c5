package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.inference.content.StoredScale;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.series.SeriesTable.Slice;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.Quantiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tasks of this package train: a network next to linear paths, on windows of a table. */
final class SeriesExperiment {
  private final Settings settings;
  private final TaskContext context;
  private final SeriesSource source;
  private final SeriesTable table;
  private final SeriesTable held;
  private final SeriesWindows.Layout layout;
  private final List<ForecastParts> parts;
  private final Optional<Quantiles> quantiles;

  private SeriesExperiment(
      Settings settings, TaskContext context, SeriesSource source, int horizon) {
    this.settings = settings;
    this.context = context;
    this.source = source;
    this.quantiles = quantiles(settings);
    if (decodes()) {
      settings.requireNotBoth(Forecast.DECODER, TrainingOptions.ARCHITECTURE);
      settings.requireEffective(Forecast.DECODER, "--horizon of 2 or more", horizon > 1);
    }
    int targets = source.targets();
    int each = quantiles.map(Quantiles::count).orElse(1);
    int window = settings.get(Forecast.WINDOW);
    SeriesWindows.Layout shape =
        new SeriesWindows.Layout(targets, 0, targets, window, horizon, each);
    this.parts = source.parts(settings, shape);
    this.table = source.table(parts, context);
    this.held = source.held(table, context);
    this.layout = new SeriesWindows.Layout(table.width(), 0, targets, window, horizon, each);
  }

  /**
   * Scores a trained model.
   *
   * <p>The arguments are the model, the table that is scored, its rows that are scored, and the
   * rows of the first series of the training table before the part that is scored.
   */
  @FunctionalInterface
  interface Scoring {
    Score score(LoadedModel trained, SeriesTable scored, List<Slice> slices, int fitted);
  }

  /** The quantiles that settings name, of tasks that have them. */
  private static Optional<Quantiles> quantiles(Settings settings) {
    if (!settings.options().has(Forecast.QUANTILES)) {
      return Optional.empty();
    }
    Optional<String> levels = settings.find(Forecast.QUANTILES);
    if (levels.isPresent()) {
      settings.requireNotBoth(Forecast.QUANTILES, TrainingOptions.LOSS);
    }
    return levels.map(it -> Quantiles.parse("--quantiles", it));
  }

  /**
   * Divides the rows, chooses the linear paths, and describes the network.
   *
   * @param settings with the options of {@link Forecast#seriesOptions}
   * @param context the origin and the log
   * @param source the rows
   * @param horizon the steps of a forecast
   * @param scoring scores the trained model
   */
  static Experiment open(
      Settings settings, TaskContext context, SeriesSource source, int horizon, Scoring scoring) {
    return new SeriesExperiment(settings, context, source, horizon).experiment(scoring);
  }

  private Experiment experiment(Scoring scoring) {
    List<Slice> heldOut = heldOut();
    SeriesChoice choice = choice();
    table.table().precisionNote(choice.normalization().deviations()).ifPresent(context.log());
    context.log(formatted("%s: %s", quoted(table.targets()), choice.words()));
    float[] values = normal(table, choice);
    int batch = settings.get(LayerOptions.BATCH);
    SeriesWindows training =
        new SeriesWindows(
            values,
            layout,
            parts.stream().map(it -> new SeriesWindows.Part(it.from(), it.cut())).toList(),
            batch,
            new CounterRandom(settings.get(TrainingOptions.SEED)).stream("windows"));
    SeriesWindows validation =
        new SeriesWindows(
            source.isHeldInTable() ? values : normal(held, choice),
            layout,
            windows(heldOut),
            batch,
            null);
    boolean tested = parts.getFirst().tested();
    SeriesTable scored = tested ? table : held;
    List<Slice> slices = tested ? tested() : heldOut;
    int heldRows = heldOut.stream().mapToInt(it -> it.end() - it.from() - layout.timesteps()).sum();
    ForecastParts first = parts.getFirst();
    return new Experiment(
        source.described(),
        recipe(choice, validation)
            .withConstants(constants(choice))
            .withVocabularies(StoredSeries.vocabularies(table.columns())),
        training,
        validation,
        formatted(
            "%,d windows of %d rows per epoch, %s",
            training.windows(), layout.timesteps(), ForecastParts.words(parts, heldRows)),
        trained -> scoring.score(trained, scored, slices, first.fitted() - first.from()));
  }

  private static String quoted(List<String> names) {
    return String.join(", ", names.stream().map(Printable::quoted).toList());
  }

  static List<SeriesWindows.Part> windows(List<Slice> slices) {
    return slices.stream().map(it -> new SeriesWindows.Part(it.from(), it.end())).toList();
  }

  /** The rows to validate on; the first windows begin with rows that were trained on. */
  private List<Slice> heldOut() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < held.series().size(); i++) {
      SeriesTable.Series series = held.series().get(i);
      Slice slice =
          source.isHeldInTable()
              ? new Slice(series, parts.get(i).cut() - layout.timesteps(), parts.get(i).test())
              : new Slice(series, series.from(), series.end());
      if (slice.end() - slice.from() < layout.rows()) {
        throw new ComportaException(
            formatted(
                "[forecast] expected at least %d rows to validate but %s has %d; use a longer file or a smaller --window or --horizon",
                layout.rows(), source.nameOfHeld(series), slice.end() - slice.from()));
      }
      slices.add(slice);
    }
    return slices;
  }

  private List<Slice> tested() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      ForecastParts part = parts.get(i);
      slices.add(new Slice(table.series().get(i), part.test() - layout.timesteps(), part.end()));
    }
    return slices;
  }

  private Map<String, Double> constants(SeriesChoice choice) {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.putAll(
        StoredNormalization.constants(table.columns().names(), choice.normalization()));
    constants.putAll(choice.scale().constants());
    if (!choice.paths().isEmpty()) {
      constants.put(ForecastScoring.SPREAD, choice.spread());
    }
    for (int i = 0; i < parts.size(); i++) {
      SeriesTable.Series series = table.series().get(i);
      int rows = parts.get(i).fitted() - series.from();
      for (int target = 0; target < table.targets().size(); target++) {
        double[] values = table.values(target, series, series.end());
        String prefix = ForecastScoring.prefix(table, target, series);
        Baselines baselines = Baselines.fit(values, rows, choice.season());
        constants.putAll(baselines.constants(prefix));
        quantiles.ifPresent(levels ->
            constants.putAll(
                BaselineRanges.fit(baselines, values, rows, layout.horizon(), levels)
                    .constants(prefix, levels)));
      }
    }
    return constants;
  }

  private SeriesChoice choice() {
    ModelFile from = context.origin();
    SeriesChoice origin =
        from == null || from.isImported()
            ? null
            : new SeriesChoice(
                StoredScale.of(from, table.targets()),
                0,
                StoredNormalization.of(from, table.columns().names()),
                List.of());
    // Layers of the user's own, or of another tool, take the place of all others.
    boolean own =
        settings.find(TrainingOptions.ARCHITECTURE).isPresent()
            || (from != null && from.isImported());
    return SeriesChoice.of(
        table,
        parts,
        new SeriesChoice.Wish(
            settings.get(Forecast.SCALE),
            own ? "no" : settings.get(Forecast.DIFFERENCE),
            !own && settings.get(Forecast.LINEAR).equals("auto"),
            settings.find(Forecast.SEASON).orElse(null),
            layout.timesteps(),
            layout.horizon()),
        origin);
  }

  private static float[] normal(SeriesTable table, SeriesChoice choice) {
    return choice.normalization().apply(table.on(choice.scale()));
  }

  /** The layers: the network alone, or next to the linear paths, from which it then starts. */
  private Recipe recipe(SeriesChoice choice, SeriesWindows validation) {
    List<Double> levels = quantiles.map(Quantiles::levels).orElse(List.of());
    ParallelPath path = choice.parallel(table, layout, levels);
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    if (!decodes()) {
      layers.add(Spec.of("pool-time").with("mode", "last"));
    }
    layers.add(output(path != null));
    Spec model = Spec.of(SequenceModel.KIND).with("input-size", layout.columns());
    Spec loss = levels.isEmpty() ? Spec.of("mse") : Spec.of("quantile").with("quantiles", levels);
    if (path == null) {
      return Recipe.of(model.with("layers", layers), loss);
    }
    Spec both =
        Spec.of("autoregressive")
            .with("lags", path.lags())
            .with("units", layout.outputs())
            .with("trained", false)
            .with("centered", path.centered())
            .with("layers", layers);
    Recipe recipe =
        Recipe.of(model.with("layers", List.of(both)), loss)
            .startingFrom(Map.of("layers.0.W", path.kernel(), "layers.0.b", path.bias()));
    if (!settings.get(TrainingOptions.KEEP).equals("best")) {
      return recipe;
    }
    String last =
        formatted("layers.0.layers.%d.%s", layers.size() - 1, decodes() ? "layers.1." : "");
    return recipe.finishedBy(
        _ -> {},
        (trained, runner) ->
            NetworkChoice.apply(trained, runner, validation, last, levels, layout.horizon())
                .words());
  }

  private boolean decodes() {
    return settings.options().has(Forecast.DECODER) && settings.get(Forecast.DECODER);
  }

  /** The layers after the last output of the recurrent ones. */
  private Spec output(boolean zero) {
    int steps = decodes() ? layout.horizon() : 1;
    Spec dense = Spec.of("dense").with("units", layout.outputs() / steps);
    Spec output = zero ? dense.with("initializer", "zeros") : dense;
    if (!decodes()) {
      return output;
    }
    Spec cell =
        Spec.of("recurrent")
            .with("cell", settings.get(LayerOptions.CELL))
            .with("hidden", settings.get(LayerOptions.HIDDEN));
    return Spec.of("step-decoder").with("steps", steps).with("layers", List.of(cell, output));
  }
}
