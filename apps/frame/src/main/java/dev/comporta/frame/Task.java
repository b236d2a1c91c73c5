package dev.comporta.frame;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import java.util.List;
import java.util.Optional;

/**
 * A kind of problem that models are trained for: {@code comporta train NAME}. A task says which
 * options it has, how its data are opened, what is trained on them, and what such a model can do.
 * Everything else (checks, memory, checkpoints, resuming, figures, files) is the frame's.
 *
 * <p>Tasks are discovered through {@link java.util.ServiceLoader}, like cells. A model file names
 * the task that trained it, and that task opens it. Implementations have a public constructor
 * without arguments and keep no state.
 */
public interface Task extends NamedProvider {
  /** The catalog's kind. */
  Kind<Task> KIND = new Kind<>("task", Task.class, TaskCheck::require);

  /**
   * {@return what is trained, as a noun phrase that follows "Train": {@code a forecaster for a CSV
   * column, compared with a last-value baseline}}
   */
  @Override
  String description();

  /**
   * {@return the options in the order in which help lists them; most tasks add their own to {@link
   * dev.comporta.frame.training.TrainingOptions#of}}
   */
  Options options();

  /**
   * Opens the data and says what is trained on them. Nothing is written.
   *
   * @param settings the values of {@link #options}
   * @param context the catalog, the log and the progress
   * @return closed after training
   * @throws dev.comporta.api.ComportaException if the settings or the data cannot be used
   */
  Experiment open(Settings settings, TaskContext context);

  /**
   * {@return the usual size of a training step, as far as the settings alone determine it}
   *
   * @param settings the values of {@link #options}
   */
  StepSize stepSize(Settings settings);

  /**
   * {@return how a model is scored on data that it was not trained on: {@code comporta evaluate}}
   */
  Evaluator evaluator();

  /**
   * {@return what else a model can do, {@code predict} among it; each is a command, {@code comporta
   * NAME --model M}}
   */
  List<Ability> abilities();

  /** {@return example inputs, if the task generates its data: {@code comporta examples NAME}} */
  default Optional<Examples> examples() {
    return Optional.empty();
  }

  /**
   * {@return the settings of a model file or checkpoint as this version names them}
   *
   * @param kept what the file holds
   */
  default Spec upgraded(Spec kept) {
    return kept;
  }

  /**
   * {@return the settings that a model of this task was trained with}
   *
   * @param model one of this task's models
   */
  default Settings trained(LoadedModel model) {
    Spec kept = upgraded(model.content().provenance().hyperParameters());
    return Settings.of(name(), options(), kept.options()).withLegacyValues();
  }

  /** {@return what a mean loss is per, in the singular, such as {@code character}} */
  default String unit() {
    return "timestep";
  }

  /**
   * {@return what a timestep of the data is, in the singular, for the speed of training; by default
   * the {@link #unit}}
   */
  default String timestep() {
    return unit();
  }

  /**
   * {@return a mean loss in the measure that people in the field read, by default in nats and in
   * bits per {@link #unit}}
   *
   * @param loss the mean loss
   */
  default String describe(double loss) {
    return formatted("loss %.4f nats, %.3f bits per %s", loss, loss / Math.log(2), unit());
  }

  /**
   * The size of a training step.
   *
   * @param timesteps T
   * @param rows B
   */
  record StepSize(int timesteps, int rows) {}
}
