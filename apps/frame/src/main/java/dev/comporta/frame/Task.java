package dev.comporta.frame;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apiguardian.api.API;

/**
 * A kind of problem that models are trained for: {@code comporta train NAME}. A task says which
 * options it has, how its data are opened, what is trained on them, and what such a model can do.
 * Everything else (checks, memory, checkpoints, resuming, figures, files) is the frame's.
 *
 * <p>Tasks are discovered through {@link ServiceLoader}, like cells. A model file names the task
 * that trained it, and that task opens it. Implementations have a public constructor without
 * arguments and keep no state.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Task extends NamedProvider {
  /** The catalog's kind. */
  Kind<Task> KIND = new Kind<>("task", Task.class, () -> ServiceLoader.load(Task.class));

  /**
   * What is trained, as a noun phrase that follows "Train": {@code a forecaster for a CSV column,
   * compared with a last-value baseline}.
   *
   * @return one line, without a full stop
   */
  @Override
  String description();

  /**
   * The task's options; most tasks add their own to {@link
   * dev.comporta.frame.training.TrainingOptions#of}.
   *
   * @return in the order in which help lists them
   */
  Options options();

  /**
   * Opens the data and says what is trained on them. Nothing is written.
   *
   * @param settings the values of {@link #options}
   * @param context the catalog, and who is told
   * @return closed after training
   * @throws dev.comporta.api.ComportaException if the settings or the data cannot be used
   */
  Experiment open(Settings settings, TaskContext context);

  /**
   * The usual size of a training step, as far as the settings alone determine it.
   *
   * @param settings the values of {@link #options}
   * @return timesteps and rows
   */
  StepSize stepSize(Settings settings);

  /**
   * How a model is scored on data that it was not trained on: {@code comporta evaluate}.
   *
   * @return the evaluator
   */
  Evaluator evaluator();

  /**
   * What else a model can do; {@code predict} should be among it. Each is a command, {@code
   * comporta NAME --model M}.
   *
   * @return such as {@code predict} and {@code generate}
   */
  List<Ability> abilities();

  /**
   * Example inputs, if the task generates its data: {@code comporta examples NAME}.
   *
   * @return by default none
   */
  default Optional<Examples> examples() {
    return Optional.empty();
  }

  /**
   * The settings of a model file or checkpoint as this version names them.
   *
   * @param kept what the file holds
   * @return the same, unless an earlier version used other names
   */
  default Spec upgraded(Spec kept) {
    return kept;
  }

  /**
   * What a timestep of the data is, in the singular.
   *
   * @return such as {@code character}
   */
  default String unit() {
    return "timestep";
  }

  /**
   * A mean loss in the measure that people in the field read.
   *
   * @param loss the mean loss
   * @return by default in nats and bits per {@link #unit}
   */
  default String describe(double loss) {
    return "loss %.4f nats, %.3f bits per %s".formatted(loss, loss / Math.log(2), unit());
  }

  /**
   * The size of a training step.
   *
   * @param timesteps T
   * @param rows B
   */
  @API(status = API.Status.EXPERIMENTAL)
  record StepSize(int timesteps, int rows) {}
}
