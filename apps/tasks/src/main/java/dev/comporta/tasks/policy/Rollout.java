package dev.comporta.tasks.policy;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Episodes that were played side by side, padded to the longest.
 *
 * @param timesteps T
 * @param lengths the timesteps of each of B episodes
 * @param observations {@code [T, B, F]}
 * @param actions {@code [T, B]}
 * @param rewards {@code [T, B]}
 * @param outputs {@code [T, B, A + 1]}: the logits of the actions, then the baseline
 */
@SuppressWarnings("ArrayRecordComponent") // owned by the caller
record Rollout(
    int timesteps,
    int[] lengths,
    float[] observations,
    int[] actions,
    float[] rewards,
    float[] outputs) {
  /** Plays without being watched. */
  static final Watcher NOBODY = (_, _, _) -> {};

  /** Sees an episode before each action and at its end. */
  interface Watcher {
    /**
     * What is about to be done.
     *
     * @param now the episode before the action
     * @param probabilities of the actions
     * @param action the one that is taken
     */
    void acts(Game.Episode now, double[] probabilities, int action);

    /**
     * An episode is over; by default nothing is done.
     *
     * @param last the episode after its last action
     */
    default void ends(Game.Episode last) {}
  }

  /**
   * Plays.
   *
   * @param game what is played
   * @param runner runs the policy; null for one that takes each action with the same probability
   * @param random of the games, and of actions that are sampled
   * @param rows B
   * @param sampled whether actions are sampled from their probabilities; else the likeliest is
   *     taken
   * @param watcher sees every action
   */
  static Rollout play(
      Game game,
      @Nullable ModelRunner runner,
      RandomSource random,
      int rows,
      boolean sampled,
      Watcher watcher) {
    int features = game.features();
    int actions = game.actions().size();
    RandomSource choices = random.stream("actions");
    List<Game.Episode> episodes = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      episodes.add(game.start(random.stream("games").stream(row)));
    }
    int[] lengths = new int[rows];
    List<float[]> seen = new ArrayList<>();
    List<int[]> taken = new ArrayList<>();
    List<float[]> rewarded = new ArrayList<>();
    List<float[]> answered = new ArrayList<>();
    Carry carry = runner == null ? null : runner.newCarry(rows);
    for (int t = 0; episodes.stream().anyMatch(it -> !it.isOver()); t++) {
      float[] observation = new float[rows * features];
      for (int row = 0; row < rows; row++) {
        if (!episodes.get(row).isOver()) {
          episodes.get(row).observe(observation, row * features);
        }
      }
      float[] outputs =
          runner == null || carry == null
              ? new float[rows * (actions + 1)]
              : runner.predict(Batch.ofValues(1, rows, features, observation, null), carry);
      int[] action = new int[rows];
      float[] reward = new float[rows];
      for (int row = 0; row < rows; row++) {
        Game.Episode episode = episodes.get(row);
        if (episode.isOver()) {
          continue;
        }
        int at = row * (actions + 1);
        double[] probabilities = softmax(outputs, at, actions);
        action[row] =
            sampled
                ? sample(probabilities, choices.uniform((long) t * rows + row))
                : likeliest(probabilities);
        watcher.acts(episode, probabilities, action[row]);
        reward[row] = (float) episode.act(action[row]);
        lengths[row]++;
        if (episode.isOver()) {
          watcher.ends(episode);
        }
      }
      seen.add(observation);
      taken.add(action);
      rewarded.add(reward);
      answered.add(outputs);
    }
    return new Rollout(
        seen.size(),
        lengths,
        joined(seen),
        taken.stream().flatMapToInt(Arrays::stream).toArray(),
        joined(rewarded),
        joined(answered));
  }

  private static float[] joined(List<float[]> parts) {
    int size = parts.getFirst().length;
    float[] all = new float[parts.size() * size];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, all, i * size, size);
    }
    return all;
  }

  private static double[] softmax(float[] logits, int from, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, logits[from + i]);
    }
    double[] probabilities = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      probabilities[i] = StrictMath.exp(logits[from + i] - largest);
      sum += probabilities[i];
    }
    for (int i = 0; i < count; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  private static int sample(double[] probabilities, double uniform) {
    double sum = 0;
    for (int i = 0; i < probabilities.length - 1; i++) {
      sum += probabilities[i];
      if (uniform < sum) {
        return i;
      }
    }
    return probabilities.length - 1;
  }

  private static int likeliest(double[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }

  int rows() {
    return lengths.length;
  }

  /** The return of one episode, the sum of all its rewards. */
  double total(int row) {
    double sum = 0;
    for (int t = 0; t < lengths[row]; t++) {
      sum += rewards[t * rows() + row];
    }
    return sum;
  }

  /**
   * What the loss {@code policy-gradient} compares with the outputs: the advantage of the action
   * that was taken, zeros for the others, and the return, in which the reward k timesteps later
   * counts discount^k.
   */
  float[] targets(double discount) {
    int size = outputs.length / (timesteps * rows());
    float[] targets = new float[outputs.length];
    for (int row = 0; row < rows(); row++) {
      double following = 0;
      for (int t = lengths[row] - 1; t >= 0; t--) {
        int place = t * rows() + row;
        int at = place * size;
        following = rewards[place] + discount * following;
        targets[at + actions[place]] = (float) (following - outputs[at + size - 1]);
        targets[at + size - 1] = (float) following;
      }
    }
    return targets;
  }

  /** The episodes with what policy and baseline have to learn of them. */
  Batch batch(double discount) {
    int size = outputs.length / (timesteps * rows());
    return Batch.ofValues(
            timesteps,
            rows(),
            observations.length / (timesteps * rows()),
            observations,
            Arrays.stream(lengths).allMatch(length -> length == timesteps) ? null : lengths)
        .targets(size, targets(discount));
  }
}
