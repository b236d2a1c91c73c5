package dev.comporta.tasks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import java.util.List;
import org.apiguardian.api.API;

/** A job that trains a model: {@code comporta train NAME}. */
@API(status = API.Status.EXPERIMENTAL)
public interface Task {
  /**
   * The permanent name: lower-case letters, digits and hyphens.
   *
   * @return such as {@code char-lm}
   */
  String name();

  /**
   * One line for {@code comporta tasks}.
   *
   * @return the description
   */
  String description();

  /**
   * What a timestep of its data is, in the singular, for progress messages.
   *
   * @return such as {@code character}
   */
  default String unit() {
    return "timestep";
  }

  /**
   * A loss in the words that its readers use, for progress messages.
   *
   * @param loss the mean loss
   * @return by default in nats and bits per {@link #unit}
   */
  default String describe(double loss) {
    return formatted("loss %.4f nats, %.3f bits per %s", loss, loss / Math.log(2), unit());
  }

  /**
   * The settings that the task understands, each a flag of the command line and a key of the
   * configuration file.
   *
   * @return in the order in which the help lists them
   */
  List<TaskOption> options();

  /**
   * What a training by these settings would be, without running it: what {@code comporta explain}
   * describes.
   *
   * @param settings the task's name and the settings that were given
   * @param context whom the task tells
   * @return model, rules and sizes
   * @throws dev.comporta.api.ComportaException if the settings cannot be used, or the task does not
   *     outline its training
   */
  default TrainingOutline outline(Spec settings, TaskContext context) {
    throw new ComportaException(
        formatted(
            "[explain] the task '%s' does not outline its training; explain a model file that it wrote",
            name()));
  }

  /**
   * Runs the task.
   *
   * @param settings the task's name and the settings that were given; the task has the defaults
   * @param context what the task may ask for and whom it tells
   * @return how it ended
   * @throws dev.comporta.api.ComportaException if the settings or the data cannot be used
   */
  TaskReport run(Spec settings, TaskContext context);
}
