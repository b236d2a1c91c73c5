package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import dev.comporta.training.listeners.CsvListener;
import dev.comporta.training.listeners.EventFile;
import dev.comporta.training.listeners.TensorBoardListener;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the course of a training run is recorded.
 *
 * @param csv a table of every update and validation, or null
 * @param tensorboard a folder for TensorBoard, or null
 */
record Recording(@Nullable Path csv, @Nullable Path tensorboard) {
  static final String CSV = "csv";
  static final String TENSORBOARD = "tensorboard";

  /** A curve in TensorBoard has at most so many points. */
  private static final long POINTS = 10_000;

  /**
   * Refuses places that cannot be written, and a table that no training wrote.
   *
   * @throws ComportaException saying which and why
   */
  void requireUsable() {
    if (csv != null) {
      OutputFile.requireWritable("--" + CSV, csv);
      new CsvListener(csv).requireReplaceable();
    }
    if (tensorboard != null) {
      EventFile.requireWritable(tensorboard);
    }
  }

  /**
   * Starts to write.
   *
   * @param parameters of the model that is trained
   * @param settings what it is trained with
   * @param steps updates planned
   * @return what hears the training, closed after it
   */
  Open open(Parameters parameters, Spec settings, long steps) {
    CsvListener table = csv == null ? null : new CsvListener(csv);
    if (tensorboard == null) {
      return new Open(table, null);
    }
    int every = Math.clamp(steps / POINTS, 1, Integer.MAX_VALUE);
    TensorBoardListener curves = new TensorBoardListener(tensorboard, parameters, every);
    curves.file().text("settings", 0, markdown(settings));
    return new Open(table, curves);
  }

  private static String markdown(Spec settings) {
    StringBuilder text = new StringBuilder("| " + settings.name() + " | |\n|---|---|\n");
    settings
        .options()
        .forEach((name, value) -> text.append(formatted("| %s | %s |%n", name, value)));
    return text.toString();
  }

  /** A recording under way. */
  record Open(@Nullable CsvListener table, @Nullable TensorBoardListener curves)
      implements TrainingListener, AutoCloseable {
    @Override
    public void on(TrainingEvent event) {
      if (table != null) {
        table.on(event);
      }
      if (curves != null) {
        curves.on(event);
      }
    }

    @Override
    public void close() {
      try (CsvListener _ = table;
          TensorBoardListener _ = curves) {
        // both are closed, whatever happens to the other
      }
    }
  }
}
