package dev.comporta.tasks.policy;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.view.Canvas;
import dev.comporta.view.ClipPicture;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws an episode while it is played: the game before each action, with the action below, and at
 * its end; and a bar for the probability of each action, with the reward below.
 */
final class Strip implements Rollout.Watcher {
  private static final int SIDE = 128;
  private static final int DELAY = 40;

  private final Game game;
  private final List<float @Nullable []> games = new ArrayList<>();
  private final List<float @Nullable []> policies = new ArrayList<>();

  Strip(Game game) {
    this.game = game;
  }

  @Override
  public void acts(Game.Episode now, double[] probabilities, int action) {
    games.add(board(now));
    Canvas bars = new Canvas(SIDE, 1);
    double width = 1.0 / probabilities.length;
    for (int i = 0; i < probabilities.length; i++) {
      double height = 0.02 + 0.96 * probabilities[i];
      bars.fill(
          new Rectangle2D.Double((i + 0.1) * width, 1 - height, 0.8 * width, height),
          i == action ? 0.15 : 0.7);
    }
    policies.add(pixels(bars));
  }

  @Override
  public void ends(Game.Episode last) {
    games.add(board(last));
    policies.add(null);
  }

  private static float[] board(Game.Episode now) {
    Canvas board = new Canvas(SIDE, 1);
    now.draw(board);
    return pixels(board);
  }

  private static float[] pixels(Canvas canvas) {
    float[] pixels = new float[SIDE * SIDE];
    canvas.put(pixels, 0);
    return pixels;
  }

  void write(Path file, String model, Rollout played) {
    List<String> actions = new ArrayList<>();
    List<String> rewards = new ArrayList<>();
    for (int t = 0; t < played.timesteps(); t++) {
      actions.add(game.actions().get(played.actions()[t]));
      rewards.add(formatted("reward %.1f", played.rewards()[t]));
    }
    ClipPicture.write(
        file,
        model,
        SIDE,
        DELAY,
        List.of(
            new ClipPicture.Clip(game.name(), new ArrayList<>(games), actions, List.of()),
            new ClipPicture.Clip(
                String.join(", ", game.actions()), new ArrayList<>(policies), rewards, List.of())));
  }
}
