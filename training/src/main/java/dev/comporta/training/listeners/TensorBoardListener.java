package dev.comporta.training.listeners;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import java.nio.file.Path;
import java.time.Clock;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training run for TensorBoard: {@code train/loss}, {@code train/gradient-norm}, {@code
 * train/learning-rate}, {@code validation/loss} and, at every validation and at the end, a
 * histogram {@code parameters/NAME} of each parameter. After a resume the curves continue at the
 * resumed step.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TensorBoardListener implements TrainingListener, AutoCloseable {
  private final EventFile file;
  private final @Nullable Parameters parameters;
  private final int every;
  private long shown = -1;

  /**
   * Creates a listener that writes a new event file.
   *
   * @param folder the folder passed to TensorBoard, or a subfolder of it for each run
   * @param parameters the model's parameters, or null for no histograms
   * @param every the number of updates between points of the training curves, 1 or more
   * @throws dev.comporta.api.ComportaException if the file cannot be written
   */
  public TensorBoardListener(Path folder, @Nullable Parameters parameters, int every) {
    this(EventFile.create(folder, Clock.systemUTC()), parameters, every);
  }

  TensorBoardListener(EventFile file, @Nullable Parameters parameters, int every) {
    this.file = file;
    this.parameters = parameters;
    this.every = Math.max(1, every);
  }

  /**
   * The event file, for additional texts and curves.
   *
   * @return the file; it is closed with this listener
   */
  public EventFile file() {
    return file;
  }

  @Override
  public void on(TrainingEvent event) {
    switch (event) {
      case TrainingEvent.Started started when started.step() > 0 ->
          file.restart(started.step() + 1);
      case TrainingEvent.Stepped stepped -> {
        if (stepped.step() % every == 0) {
          file.scalar("train/loss", stepped.step(), stepped.loss());
          file.scalar("train/gradient-norm", stepped.step(), stepped.gradientNorm());
          file.scalar("train/learning-rate", stepped.step(), stepped.learningRate());
        }
      }
      case TrainingEvent.Validated validated -> {
        file.scalar("validation/loss", validated.step(), validated.loss());
        histograms(validated.step());
        file.flush();
      }
      case TrainingEvent.Finished finished -> {
        histograms(finished.step());
        file.flush();
      }
      case TrainingEvent.Checkpointing _, TrainingEvent.Stopped _ -> file.flush();
      default -> {}
    }
  }

  private void histograms(long step) {
    if (parameters == null || step == shown) {
      return;
    }
    shown = step;
    for (Parameter parameter : parameters.all()) {
      file.histogram(
          "parameters/" + parameter.name(),
          step,
          parameters.values(),
          parameter.offset(),
          parameter.end());
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
