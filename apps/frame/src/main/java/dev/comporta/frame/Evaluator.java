package dev.comporta.frame;

import dev.comporta.frame.model.OpenModel;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import java.util.List;
import java.util.function.BiFunction;
import org.apiguardian.api.API;

/** Scores models of a task on data: {@code comporta evaluate --model M --data F}. */
@API(status = API.Status.EXPERIMENTAL)
public interface Evaluator {
  /**
   * The options, those that name the data among them.
   *
   * @return in the order in which help lists them
   */
  Options options();

  /**
   * Refuses models that cannot be compared, and files that cannot be written, before anything slow
   * begins.
   *
   * @param models all models that are going to be scored, one or more
   * @param settings the values of {@link #options}
   * @throws dev.comporta.api.ComportaException naming what to change
   */
  default void require(List<OpenModel> models, Settings settings) {}

  /**
   * Scores a model on all of the data.
   *
   * @param model the model
   * @param settings the values of {@link #options}
   * @return its scores
   * @throws dev.comporta.api.ComportaException if the data cannot be used with the model
   */
  Score evaluate(OpenModel model, Settings settings);

  /**
   * Writes what the settings ask for when all models are scored, such as a picture of their scores.
   *
   * @param scored one or more models of this task
   * @param settings the values of {@link #options}
   */
  default void compare(List<Scored> scored, Settings settings) {}

  /**
   * An evaluator that compares nothing.
   *
   * @param options those of {@link #options}
   * @param evaluate {@link #evaluate}
   * @return the evaluator
   */
  static Evaluator of(Options options, BiFunction<OpenModel, Settings, Score> evaluate) {
    return new Evaluator() {
      @Override
      public Options options() {
        return options;
      }

      @Override
      public Score evaluate(OpenModel model, Settings settings) {
        return evaluate.apply(model, settings);
      }
    };
  }

  /**
   * A scored model.
   *
   * @param model the name of its file
   * @param score its scores
   */
  @API(status = API.Status.EXPERIMENTAL)
  record Scored(String model, Score score) {}
}
