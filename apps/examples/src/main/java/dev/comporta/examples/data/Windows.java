package dev.comporta.examples.data;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import java.util.List;
import java.util.Locale;

/** Forecasts the next value of a time series from sliding windows. */
public final class Windows {
  private Windows() {}

  /** Trains, then prints the error on the held-out part. */
  public static void main(String[] arguments) {
    // @start region="series"
    double[] levels = new double[400];
    for (int hour = 0; hour < levels.length; hour++) {
      levels[hour] = 3 + 2 * Math.sin(hour / 4.0) + 0.5 * Math.sin(hour / 1.5);
    }
    int cut = 320; // the hours before are training data
    Normalization normalization = Normalization.fit(levels, 1, cut);
    float[] series = normalization.apply(levels);
    // @end region="series"

    // @start region="windows"
    SeriesWindows.Layout layout = new SeriesWindows.Layout(1, 0, 24, 1);
    SeriesWindows training = new SeriesWindows(series, layout, 0, cut, 16, new CounterRandom(1));
    SeriesWindows validation = new SeriesWindows(series, layout, cut - 24, 400, 16, null);
    System.out.println(training.windows() + " training windows, " + validation.windows());
    // @end region="windows"

    // @start region="train"
    Catalog catalog = Catalog.load();
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 1)
            .with(
                "layers",
                List.of(
                    Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 8),
                    Spec.of("pool-time").with("mode", "last"),
                    Spec.of("dense").with("units", 1)));
    SequenceModel model = SequenceModel.build(spec, catalog);
    model.initialize(catalog, new CounterRandom(1).stream("parameters"));
    ModelRunner runner =
        new ModelRunner(model, catalog.backend("reference"), Workers.ALONE, Execution.PLAN);
    TrainingRules rules =
        new TrainingRules(
            catalog.loss(Spec.of("mse")),
            catalog.optimizer(Spec.of("adam")),
            catalog.schedule(Spec.of("cosine")),
            new Clipping.GlobalNorm(1));
    TrainingSettings settings = TrainingSettings.of(10L * training.chunks()).learningRate(0.02);
    double error =
        new Trainer(model, runner, Workers.ALONE, rules, settings, training, validation)
            .train()
            .validationLoss();
    System.out.printf(
        Locale.ROOT,
        "RMSE: %.2f m%n", // in the units of the series
        Math.sqrt(error) * normalization.deviations()[0]);
    // @end region="train"
  }
}
