package dev.comporta.frame;

import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Scores models of a task on data: {@code comporta evaluate --model M --data F}. */
public interface Evaluator {
  /**
   * {@return the options, those that name the data among them, in the order in which help lists
   * them}
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
  default void require(List<LoadedModel> models, Settings settings) {}

  /**
   * {@return the scores of a model on all of the data}
   *
   * @param model the model
   * @param settings the values of {@link #options}
   * @throws dev.comporta.api.ComportaException if the data cannot be used with the model
   */
  Score evaluate(LoadedModel model, Settings settings);

  /**
   * Writes what the settings ask for when all models are scored, such as a picture of their scores.
   *
   * @param scored one or more models of this task
   * @param settings the values of {@link #options}
   */
  default void compare(List<Scored> scored, Settings settings) {}

  /**
   * {@return an evaluator that compares nothing}
   *
   * @param options those of {@link #options}
   * @param evaluate {@link #evaluate}
   */
  static Evaluator of(Options options, BiFunction<LoadedModel, Settings, Score> evaluate) {
    return of(options, (_, _) -> {}, evaluate);
  }

  /**
   * {@return an evaluator that compares nothing}
   *
   * @param options those of {@link #options}
   * @param rules {@link #require}
   * @param evaluate {@link #evaluate}
   */
  static Evaluator of(
      Options options,
      BiConsumer<List<LoadedModel>, Settings> rules,
      BiFunction<LoadedModel, Settings, Score> evaluate) {
    return new Evaluator() {
      @Override
      public Options options() {
        return options;
      }

      @Override
      public void require(List<LoadedModel> models, Settings settings) {
        rules.accept(models, settings);
      }

      @Override
      public Score evaluate(LoadedModel model, Settings settings) {
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
  record Scored(String model, Score score) {}
}
