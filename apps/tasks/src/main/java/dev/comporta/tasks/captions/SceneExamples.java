package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.content.StoredQuestions;
import dev.comporta.training.data.GeneratedSource;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Batches of scenes, or of clips of them, with a text about each, drawn on demand: every epoch has
 * new ones.
 *
 * @param <T> what belongs to a scene
 */
final class SceneExamples<T> extends GeneratedSource {
  /** The numbers of a picture. */
  static final int FEATURES = Captioner.CHANNELS * Scene.SIDE * Scene.SIDE;

  private final Function<RandomSource, Drawn<T>> drawing;
  private final Function<List<T>, Batch> targets;
  private final int scenes;
  private final int side;
  private final int frames;
  private final float[] pixels; // [B, frames, 3, side, side]

  /** The scene of a picture, or those of the frames of a clip, with a text. */
  private record Drawn<T>(List<Scene> frames, T text) {}

  private SceneExamples(
      RandomSource random,
      int scenes,
      int each,
      int chunks,
      int side,
      int frames,
      Function<RandomSource, Drawn<T>> drawing,
      Function<List<T>, Batch> targets) {
    super(random, Math.multiplyExact(scenes, each), chunks);
    this.scenes = scenes;
    this.side = side;
    this.frames = frames;
    this.drawing = drawing;
    this.targets = targets;
    this.pixels = new float[Math.multiplyExact(scenes, frames * Captioner.CHANNELS * side * side)];
  }

  /**
   * Scenes of one share with a caption of each.
   *
   * @param vocabulary of the captions
   * @param rows B
   * @param chunks batches of an epoch
   */
  static SceneExamples<int[]> ofCaptions(
      RandomSource random, Scene.Share share, WordVocabulary vocabulary, int rows, int chunks) {
    return new SceneExamples<>(
        random,
        rows,
        1,
        chunks,
        Scene.SIDE,
        1,
        own -> {
          Scene scene = SceneLayout.of(share, own.stream("scene"));
          String caption = Grammar.say(scene, new Draws(own.stream("caption")));
          return new Drawn<>(List.of(scene), vocabulary.sentence(caption));
        },
        captions -> PairExamples.targets(captions, vocabulary.end(), rows));
  }

  /**
   * Clips of one share with the caption of each.
   *
   * @param vocabulary of the captions
   * @param rows B
   * @param chunks batches of an epoch
   * @param side pixels on a side of a frame
   * @param frames of a clip
   */
  static SceneExamples<int[]> ofClips(
      RandomSource random,
      Scene.Share share,
      WordVocabulary vocabulary,
      int rows,
      int chunks,
      int side,
      int frames) {
    return new SceneExamples<>(
        random,
        rows,
        1,
        chunks,
        side,
        frames,
        own -> {
          MovingScene clip = MovingScene.of(share, own);
          return new Drawn<>(clip.frames(frames), vocabulary.sentence(clip.caption()));
        },
        captions -> PairExamples.targets(captions, vocabulary.end(), rows));
  }

  /**
   * Scenes of one share with questions about them. Row {@code k * scenes + s} of a batch is
   * question k about scene s.
   *
   * @param questions how they are read
   * @param answers the labels
   * @param each questions about a scene
   * @param scenes of a batch
   * @param chunks batches of an epoch
   */
  static SceneExamples<List<AskedScene>> ofQuestions(
      RandomSource random,
      Scene.Share share,
      StoredQuestions questions,
      List<String> answers,
      int each,
      int scenes,
      int chunks) {
    return new SceneExamples<>(
        random,
        scenes,
        each,
        chunks,
        Scene.SIDE,
        1,
        own -> {
          AskedScene asked = AskedScene.of(share, own);
          return new Drawn<>(List.of(asked.scene()), asked.withMore(each, own.stream("more")));
        },
        all -> {
          List<AskedScene> asked = new ArrayList<>();
          for (int k = 0; k < each; k++) {
            for (List<AskedScene> scene : all) {
              asked.add(scene.get(k));
            }
          }
          return Batch.ofSequences(
                  asked.stream().map(it -> questions.question(it.question().text())).toList(),
                  asked.size())
              .labels(asked.stream().map(it -> new int[] {answers.indexOf(it.answer())}).toList());
        });
  }

  @Override
  protected Batch batch(RandomSource random) {
    List<T> texts = new ArrayList<>();
    int at = 0;
    for (int row = 0; row < scenes; row++) {
      Drawn<T> drawn = drawing.apply(random.stream(row));
      for (Scene frame : drawn.frames()) {
        Pictures.put(frame.picture(side), pixels, at);
        at += Captioner.CHANNELS * side * side;
      }
      texts.add(drawn.text());
    }
    return targets.apply(texts).source(Captioner.source(pixels, scenes, frames));
  }
}
