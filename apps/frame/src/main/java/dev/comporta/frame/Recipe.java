package dev.comporta.frame;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.ScheduledSampling;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What is trained: the model's specification and the objective, and what its file holds besides the
 * parameters. Immutable; each method that takes something returns a changed copy.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Recipe {
  private final Spec loss;
  private Spec model;
  private Spec objective;
  private Function<ParameterSpec, Spec> initializer = ParameterSpec::initializer;
  private List<Vocabulary> vocabularies = List.of();
  private Map<String, Double> constants = Map.of();
  private double goal = Double.NEGATIVE_INFINITY;
  private ScheduledSampling sampling = ScheduledSampling.NONE;
  private int summedOver = 1;
  private @Nullable Spec schedule;

  private Recipe(Spec model, Spec loss) {
    this.model = model;
    this.loss = loss;
    this.objective = loss;
  }

  private Recipe(Recipe other) {
    this.model = other.model;
    this.loss = other.loss;
    this.objective = other.objective;
    this.initializer = other.initializer;
    this.vocabularies = other.vocabularies;
    this.constants = other.constants;
    this.goal = other.goal;
    this.sampling = other.sampling;
    this.summedOver = other.summedOver;
    this.schedule = other.schedule;
  }

  /**
   * A recipe with the initialisers that the layers choose.
   *
   * @param model the specification, as {@link dev.comporta.cells.model.SequenceModel} builds it
   * @param loss the loss that is measured on validation data and, unless {@link #minimising} gives
   *     another, minimised
   * @return the recipe
   */
  public static Recipe of(Spec model, Spec loss) {
    return new Recipe(model, loss);
  }

  /**
   * This recipe with another model.
   *
   * @param other the specification
   * @return the new recipe
   */
  public Recipe withModel(Spec other) {
    Recipe copy = new Recipe(this);
    copy.model = other;
    return copy;
  }

  /**
   * This recipe with another objective, such as a loss with label smoothing.
   *
   * @param minimised the loss that is minimised
   * @return the new recipe
   */
  public Recipe minimising(Spec minimised) {
    Recipe copy = new Recipe(this);
    copy.objective = minimised;
    return copy;
  }

  /**
   * This recipe with other initialisers.
   *
   * @param chosen gives each parameter of a new model its initialiser
   * @return the new recipe
   */
  public Recipe initializedBy(Function<ParameterSpec, Spec> chosen) {
    Recipe copy = new Recipe(this);
    copy.initializer = chosen;
    return copy;
  }

  /**
   * This recipe with vocabularies.
   *
   * @param kept what the model file holds to read and write tokens
   * @return the new recipe
   */
  public Recipe withVocabularies(List<Vocabulary> kept) {
    Recipe copy = new Recipe(this);
    copy.vocabularies = List.copyOf(kept);
    return copy;
  }

  /**
   * This recipe with constants.
   *
   * @param kept what the model file holds to read and write numbers, such as a mean, by name
   * @return the new recipe
   */
  public Recipe withConstants(Map<String, Double> kept) {
    Recipe copy = new Recipe(this);
    copy.constants = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    return copy;
  }

  /**
   * This recipe with an early end.
   *
   * @param validationLoss training ends once the validation loss is below this
   * @return the new recipe
   */
  public Recipe until(double validationLoss) {
    Recipe copy = new Recipe(this);
    copy.goal = validationLoss;
    return copy;
  }

  /**
   * This recipe with scheduled sampling.
   *
   * @param rule how often a decoder reads its own output in training
   * @return the new recipe
   */
  public Recipe sampling(ScheduledSampling rule) {
    Recipe copy = new Recipe(this);
    copy.sampling = rule;
    return copy;
  }

  /**
   * This recipe with a learning rate and a clipping limit that are stated for the sum of the loss
   * over timesteps, whose gradient is so many times that of the mean.
   *
   * @param timesteps of a chunk
   * @return the new recipe
   */
  public Recipe summedOver(int timesteps) {
    Recipe copy = new Recipe(this);
    copy.summedOver = timesteps;
    return copy;
  }

  /**
   * This recipe with a learning-rate schedule in place of the one in the settings.
   *
   * @param own the schedule
   * @return the new recipe
   */
  public Recipe scheduledBy(Spec own) {
    Recipe copy = new Recipe(this);
    copy.schedule = own;
    return copy;
  }

  /**
   * The model.
   *
   * @return its specification
   */
  public Spec model() {
    return model;
  }

  /**
   * What is measured on validation data.
   *
   * @return a loss
   */
  public Spec loss() {
    return loss;
  }

  /**
   * What is minimised.
   *
   * @return a loss
   */
  public Spec objective() {
    return objective;
  }

  /**
   * How parameters of a new model start.
   *
   * @return gives each its initialiser
   */
  public Function<ParameterSpec, Spec> initializer() {
    return initializer;
  }

  /**
   * What the model file holds to read and write tokens.
   *
   * @return vocabularies with different names
   */
  public List<Vocabulary> vocabularies() {
    return vocabularies;
  }

  /**
   * What the model file holds to read and write numbers.
   *
   * @return by name, in order
   */
  public Map<String, Double> constants() {
    return constants;
  }

  /**
   * The validation loss below which training ends early.
   *
   * @return negative infinity for none
   */
  public double goal() {
    return goal;
  }

  /**
   * How often a decoder reads its own output in training.
   *
   * @return the rule
   */
  public ScheduledSampling sampling() {
    return sampling;
  }

  /**
   * The timesteps of a sum for which learning rate and clipping limit are stated.
   *
   * @return 1 for the mean
   */
  public int summedOver() {
    return summedOver;
  }

  /**
   * The learning-rate schedule.
   *
   * @param otherwise the one in the settings
   * @return this recipe's own, or else the other
   */
  public Spec schedule(Spec otherwise) {
    return Objects.requireNonNullElse(schedule, otherwise);
  }
}
