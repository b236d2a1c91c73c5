package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tensor.CounterRandom;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How often a model's captions say exactly what is in scenes that it has not seen: it names all
 * figures and no others, and what it states of them is so. The scenes are of the test's share,
 * whose combinations no training has seen.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CaptionEvaluation {
  private final CaptionModel model;
  private final BeamSettings settings;
  private final int scenes;
  private final long seed;

  /**
   * An evaluation.
   *
   * @param model what is measured
   * @param settings of the search
   * @param scenes how many are drawn, 1 or more
   * @param seed of the scenes
   */
  public CaptionEvaluation(CaptionModel model, BeamSettings settings, int scenes, long seed) {
    this.model = model;
    this.settings = settings;
    this.scenes = scenes;
    this.seed = seed;
  }

  /** The n-th scene of a seed that no training has seen. */
  static Scene scene(long seed, long n) {
    RandomSource random = new CounterRandom(seed).stream("unseen scenes").stream(n);
    return SceneLayout.of(Scene.Share.TEST, random);
  }

  /**
   * Measures the model.
   *
   * @param runner runs this model
   * @return how the captions compare with their scenes
   */
  public CaptionScores measure(ModelRunner runner) {
    CaptionScores scores = new CaptionScores(settings.beam(), seed);
    long nanos = 0;
    for (int from = 0; from < scenes; from += CaptionModel.AT_ONCE) {
      List<Scene> drawn = new ArrayList<>();
      List<BufferedImage> pictures = new ArrayList<>();
      for (int i = from; i < Math.min(scenes, from + CaptionModel.AT_ONCE); i++) {
        drawn.add(scene(seed, i));
        pictures.add(SceneDrawing.of(drawn.getLast(), model.side()));
      }
      long start = System.nanoTime();
      List<Caption> captions = model.caption(pictures, settings, runner);
      nanos += System.nanoTime() - start;
      for (int i = 0; i < captions.size(); i++) {
        scores.add(drawn.get(i), captions.get(i));
      }
    }
    scores.took(nanos / 1e9);
    return scores;
  }
}
