package dev.comporta.tasks.policy;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Ability;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.ClipPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plays new episodes, and draws a single one. */
final class PolicyAbility {
  private static final Option<Integer> EPISODES =
      Option.whole("episodes", 1, 100_000).or(1).help("episodes to play");
  private static final Option<Boolean> SAMPLE =
      Option.flag("sample")
          .help("sample each action from its probability instead of taking the likeliest");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help(
              "draw the one episode with the probabilities of the actions: a filmstrip .png, an animation .gif, or .html");

  private final LoadedModel model;
  private final Settings settings;
  private final Ability.Exchange exchange;
  private final Game game;

  private PolicyAbility(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    this.model = model;
    this.settings = settings;
    this.exchange = exchange;
    this.game = Policy.game(model, settings);
  }

  static Ability predict() {
    return Ability.predict(
        "Play episodes of the game",
        Options.of(
            EPISODES,
            Policy.LENGTH.or(_ -> null, "as the model was trained"),
            SAMPLE,
            DecodingOptions.SEED,
            PICTURE),
        (model, settings, exchange) -> new PolicyAbility(model, settings, exchange).run());
  }

  private void run() {
    int episodes = settings.get(EPISODES);
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      ClipPicture.requireKnown(picture);
      OutputFile.requireForModel(PICTURE, model, settings);
      if (episodes != 1) {
        throw new InvalidOptionException(
            formatted("--picture expected one episode but --episodes is %d", episodes));
      }
    }
    RandomSource random = new CounterRandom(settings.get(DecodingOptions.SEED)).stream("played");
    Strip strip = new Strip(game);
    for (int i = 0; i < episodes; i++) {
      RandomSource own = random.stream(i);
      Rollout.Watcher watcher = picture == null ? Rollout.NOBODY : strip;
      Rollout played =
          model.with(runner -> Rollout.play(game, runner, own, 1, settings.get(SAMPLE), watcher));
      answer(i + 1, played);
      if (picture != null) {
        strip.write(picture, model.name(), played);
      }
    }
  }

  private void answer(int number, Rollout played) {
    List<String> actions = new ArrayList<>();
    List<Float> rewards = new ArrayList<>();
    for (int t = 0; t < played.timesteps(); t++) {
      actions.add(game.actions().get(played.actions()[t]));
      rewards.add(played.rewards()[t]);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("episode", number);
    figures.put("return", played.total(0));
    figures.put("actions", actions);
    figures.put("rewards", rewards);
    exchange.answer(
        figures,
        formatted(
            "episode %d: return %.1f: %s", number, played.total(0), String.join(" ", actions)));
  }
}
