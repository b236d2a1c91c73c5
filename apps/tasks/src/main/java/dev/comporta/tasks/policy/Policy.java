package dev.comporta.tasks.policy;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network that acts: recurrent layers see an observation in each timestep, and a dense layer
 * gives a logit for each action and an estimate of the return. Trained by REINFORCE (Williams 1992)
 * on episodes that it plays itself, and compared with the best policy without memory.
 */
public final class Policy implements Task {
  /** Called by the service loader. */
  public Policy() {}

  private static final String NAME = "policy";
  private static final Spec LOSS = Spec.of("policy-gradient");
  private static final int CHUNKS = 100;
  private static final int MOST_EPISODES = 4096;
  private static final double USUAL_DISCOUNT = 0.95;

  /** A pull has no consequence but what it shows, so that later rewards are mostly noise. */
  private static final double BANDIT_DISCOUNT = 0.7;

  static final Option<String> GAME =
      Option.choice("game", Game.NAMES.toArray(String[]::new))
          .or(TMaze.NAME)
          .in(Group.DATA)
          .help(
              "t-maze: a turn is announced at the start; catch: an object is hidden while it falls; bandit: the better arm changes");
  static final Option<Integer> LENGTH =
      Option.whole("length", 1, Game.LONGEST)
          .or(it -> Game.usualLength(it.get(GAME)), usualLengths())
          .in(Group.DATA)
          .help("steps to the junction, timesteps until the object lands, or pulls");
  private static final Option<Double> DISCOUNT =
      Option.real("discount", 0, 1)
          .or(
              it -> it.get(GAME).equals(Bandit.NAME) ? BANDIT_DISCOUNT : USUAL_DISCOUNT,
              formatted("%s, %s for %s", USUAL_DISCOUNT, BANDIT_DISCOUNT, Bandit.NAME))
          .in(Group.TRAINING)
          .help(
              "factor by which a reward counts less in training with each timestep that it is away");
  private static final Option<Integer> BATCH =
      Option.whole("batch", 1, MOST_EPISODES)
          .or(32)
          .in(Group.TRAINING)
          .help("episodes of an update");
  private static final Option<Integer> EPISODES =
      Option.whole("episodes", 1, 1_000_000)
          .or(1000)
          .in(Group.EVALUATION)
          .free()
          .help("new episodes of the test");

  private static String usualLengths() {
    List<String> words = new ArrayList<>();
    for (String name : Game.NAMES) {
      words.add(formatted("%d for %s", Game.usualLength(name), name));
    }
    return String.join(", ", words);
  }

  static Game game(Settings settings) {
    return Game.of(settings.get(GAME), settings.get(LENGTH));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a policy for a game that needs memory, by REINFORCE, compared with the best policy without memory";
  }

  @Override
  public String describe(double loss) {
    return formatted("policy-gradient loss %.4f", loss);
  }

  @Override
  public Options options() {
    return Options.of(
            GAME,
            LENGTH,
            CELL.or(Spec.of("lstm")),
            LAYERS.or(1),
            HIDDEN.or(32),
            DISCOUNT,
            BATCH,
            EPISODES)
        .and(TrainingOptions.of(NAME, TrainingDefaults.steps(1500, 0.005)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(game(settings).limit(), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    for (Option<?> option :
        List.of(
            TrainingOptions.TEST_DATA, TrainingOptions.VALIDATE_EVERY, TrainingOptions.MIN_GAIN)) {
      settings.requireEffective(option, "tasks that are validated or tested on data", false);
    }
    settings.requireEffective(
        TrainingOptions.FIND_LEARNING_RATE, "tasks whose loss measures what is learned", false);
    Game game = game(settings);
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    layers.add(Spec.of("dense").with("units", game.actions().size() + 1));
    Spec model =
        Spec.of(SequenceModel.KIND).with("input-size", game.features()).with("layers", layers);
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    int batch = settings.get(BATCH);
    return new Experiment(
        new Experiment.DataSource("episodes of the game " + game.name(), ""),
        Recipe.of(model, LOSS),
        new Episodes(game, random.stream("training"), batch, CHUNKS, settings.get(DISCOUNT)),
        null,
        formatted("%s of length %d, %d episodes per update", game.name(), game.length(), batch),
        trained -> score(trained, game, random.stream("test"), settings.get(EPISODES)));
  }

  /** The mean return of episodes in which the likeliest action is taken. */
  private static Score score(LoadedModel model, Game game, RandomSource random, int episodes) {
    double sum = 0;
    double squares = 0;
    int played = 0;
    for (int chunk = 0; played < episodes; chunk++) {
      RandomSource own = random.stream(chunk);
      int rows = Math.min(MOST_EPISODES, episodes - played);
      Rollout rollout =
          model.with(runner -> Rollout.play(game, runner, own, rows, false, Rollout.NOBODY));
      for (int row = 0; row < rows; row++) {
        sum += rollout.total(row);
        squares += rollout.total(row) * rollout.total(row);
      }
      played += rows;
    }
    double mean = sum / episodes;
    double deviation = Math.sqrt(Math.max(0, squares / episodes - mean * mean));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("return", mean);
    figures.put("return_deviation", deviation);
    figures.put("episodes", episodes);
    figures.put("game", game.name());
    figures.put("length", game.length());
    return Score.higher(
            "return",
            figures,
            formatted(
                "mean return %.3f (standard deviation %.3f) over %,d new episodes of %s, length %d",
                mean, deviation, episodes, game.name(), game.length()))
        .against("the best policy without memory", game.withoutMemory());
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(LENGTH.or(_ -> null, "as the model was trained"), EPISODES, SEED),
        (model, settings) ->
            score(
                model,
                game(model, settings),
                new CounterRandom(settings.get(SEED)).stream("new"),
                settings.get(EPISODES)));
  }

  /** The game of a model, of another length if the settings give one. */
  static Game game(LoadedModel model, Settings settings) {
    Settings trained = new Policy().trained(model);
    return Game.of(trained.get(GAME), settings.find(LENGTH).orElseGet(() -> trained.get(LENGTH)));
  }

  @Override
  public List<Ability> abilities() {
    return List.of(PolicyAbility.predict());
  }
}
