package dev.comporta.frame;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.ScheduledSampling;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is trained: the model's specification and the objective, and what its file holds besides the
 * parameters. Immutable; each method that takes something returns a changed copy.
 */
public final class Recipe {
  private final Spec loss;
  private Spec model;
  private Spec objective;
  private Function<ParameterSpec, Spec> initializer = ParameterSpec::initializer;
  private List<Vocabulary> vocabularies = List.of();
  private Map<String, Double> constants = Map.of();
  private Map<String, float[]> start = Map.of();
  private double goal = Double.NEGATIVE_INFINITY;
  private ScheduledSampling sampling = ScheduledSampling.NONE;
  private int summedOver = 1;
  private @Nullable Spec schedule;
  private Consumer<SequenceModel> finishable = _ -> {};
  private @Nullable BiFunction<SequenceModel, ModelRunner, String> finish;

  private Recipe(Spec model, Spec loss) {
    this.model = model;
    this.loss = loss;
    this.objective = loss;
  }

  private Recipe changed(Consumer<Recipe> change) {
    Recipe copy = new Recipe(model, loss);
    copy.objective = objective;
    copy.initializer = initializer;
    copy.vocabularies = vocabularies;
    copy.constants = constants;
    copy.start = start;
    copy.goal = goal;
    copy.sampling = sampling;
    copy.summedOver = summedOver;
    copy.schedule = schedule;
    copy.finishable = finishable;
    copy.finish = finish;
    change.accept(copy);
    return copy;
  }

  /**
   * {@return a recipe without vocabularies and constants}
   *
   * @param model the specification, as {@link dev.comporta.cells.model.SequenceModel} builds it
   * @param loss the loss that is measured on validation data and, unless {@link #minimising} gives
   *     another, minimised
   */
  public static Recipe of(Spec model, Spec loss) {
    return new Recipe(model, loss);
  }

  /**
   * {@return this recipe with another model}
   *
   * @param other the specification
   */
  public Recipe withModel(Spec other) {
    return changed(it -> it.model = other);
  }

  /**
   * {@return this recipe with another objective, such as a loss with label smoothing}
   *
   * @param minimised the loss that is minimised
   */
  public Recipe minimising(Spec minimised) {
    return changed(it -> it.objective = minimised);
  }

  /**
   * {@return this recipe with other initialisers}
   *
   * @param chosen gives each parameter of a new model its initialiser
   */
  public Recipe initializedBy(Function<ParameterSpec, Spec> chosen) {
    return changed(it -> it.initializer = chosen);
  }

  /**
   * {@return this recipe with vocabularies}
   *
   * @param kept what the model file holds to read and write tokens, each with a name of its own
   */
  public Recipe withVocabularies(List<Vocabulary> kept) {
    return changed(it -> it.vocabularies = List.copyOf(kept));
  }

  /**
   * {@return this recipe with constants}
   *
   * @param kept what the model file holds to read and write numbers, such as a mean, by name
   */
  public Recipe withConstants(Map<String, Double> kept) {
    return changed(it -> it.constants = Collections.unmodifiableMap(new LinkedHashMap<>(kept)));
  }

  /**
   * {@return this recipe with parameters that are known before training, such as those of a
   * least-squares fit, or vectors of words that were trained on other text; if the best model is
   * kept, the one before the first update is one to choose from}
   *
   * @param known the values by the names of the parameters, NaN where the initialiser decides; what
   *     the model does not have in this size, as with layers of the user's own, is left out
   */
  public Recipe startingFrom(Map<String, float[]> known) {
    return changed(it -> it.start = Map.copyOf(known));
  }

  /**
   * {@return this recipe with an early end}
   *
   * @param validationLoss training ends once the validation loss is below this
   */
  public Recipe until(double validationLoss) {
    return changed(it -> it.goal = validationLoss);
  }

  /**
   * {@return this recipe with a last step between training and the test, such as one that makes
   * probabilities fit}
   *
   * @param rule refuses, before training, a model that the step cannot change
   * @param step changes the parameters of the trained model, and says in one line what it did
   */
  public Recipe finishedBy(
      Consumer<SequenceModel> rule, BiFunction<SequenceModel, ModelRunner, String> step) {
    return changed(it -> {
      it.finishable = rule;
      it.finish = step;
    });
  }

  /**
   * Refuses a model that the last step cannot change.
   *
   * @param built the model before training
   */
  public void requireFinishable(SequenceModel built) {
    finishable.accept(built);
  }

  /** {@return the last step after training, or null} */
  public @Nullable BiFunction<SequenceModel, ModelRunner, String> finish() {
    return finish;
  }

  /**
   * {@return this recipe with scheduled sampling}
   *
   * @param rule how often a decoder reads its own output in training
   */
  public Recipe sampling(ScheduledSampling rule) {
    return changed(it -> it.sampling = rule);
  }

  /**
   * {@return this recipe with a learning rate and a clipping limit that are stated for the sum of
   * the loss over timesteps, whose gradient is so many times that of the mean}
   *
   * @param timesteps of a chunk
   */
  public Recipe summedOver(int timesteps) {
    return changed(it -> it.summedOver = timesteps);
  }

  /**
   * {@return this recipe with a learning-rate schedule in place of the one in the settings}
   *
   * @param own the schedule
   */
  public Recipe scheduledBy(Spec own) {
    return changed(it -> it.schedule = own);
  }

  /** {@return the model's specification} */
  public Spec model() {
    return model;
  }

  /** {@return the loss that is measured on validation data} */
  public Spec loss() {
    return loss;
  }

  /** {@return the loss that is minimised} */
  public Spec objective() {
    return objective;
  }

  /** {@return what gives each parameter of a new model its initialiser} */
  public Function<ParameterSpec, Spec> initializer() {
    return initializer;
  }

  /** {@return what the model file holds to read and write tokens} */
  public List<Vocabulary> vocabularies() {
    return vocabularies;
  }

  /** {@return what the model file holds to read and write numbers, by name, in order} */
  public Map<String, Double> constants() {
    return constants;
  }

  /** {@return the values of parameters that are known before training, by name} */
  public Map<String, float[]> start() {
    return start;
  }

  /** {@return the validation loss below which training ends early; negative infinity for none} */
  public double goal() {
    return goal;
  }

  /** {@return how often a decoder reads its own output in training} */
  public ScheduledSampling sampling() {
    return sampling;
  }

  /** {@return the timesteps of a sum for which learning rate and clipping limit are stated} */
  public int summedOver() {
    return summedOver;
  }

  /**
   * {@return this recipe's learning-rate schedule}
   *
   * @param otherwise the one in the settings, if the recipe has none
   */
  public Spec schedule(Spec otherwise) {
    return Objects.requireNonNullElse(schedule, otherwise);
  }
}
