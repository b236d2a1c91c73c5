package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.tasks.OutputFile;
import dev.comporta.tasks.picture.PictureFile;
import dev.comporta.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/** Scenes that no training has seen, as files to try a model with. */
@API(status = API.Status.EXPERIMENTAL)
public final class SceneFiles {
  private static final int MOST = 10_000;

  private SceneFiles() {}

  /**
   * Draws scenes, the same that {@link CaptionEvaluation} measures a model with for this seed.
   *
   * @param folder where they go, as {@code scene-0.png} and so on; made if it is missing
   * @param count how many
   * @param seed of the scenes
   * @return for each file one of the captions that are right: the file, a tab, the caption
   * @throws ComportaException if the folder cannot be written
   */
  public static List<String> draw(Path folder, int count, long seed) {
    if (count < 1 || count > MOST) {
      throw new InvalidOptionException(
          formatted("--count expected a whole number between 1 and %d but got %d", MOST, count));
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ComportaException(
          formatted("--draw expected a folder but %s is none and cannot be made", folder), e);
    }
    for (int i = 0; i < count; i++) {
      Path file = file(folder, i);
      if (i == 0 || Files.exists(file)) { // all others can be made if the first can
        OutputFile.requireWritable("--draw", file);
      }
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Scene scene = CaptionEvaluation.scene(seed, i);
      Path file = file(folder, i);
      AtomicFile.write(file, PictureFile.png(SceneDrawing.of(scene, SceneDrawing.SIDE)));
      Draws words = new Draws(new CounterRandom(seed).stream("captions").stream(i));
      lines.add(file + "\t" + Grammar.say(scene, words));
    }
    return lines;
  }

  private static Path file(Path folder, int number) {
    return folder.resolve(formatted("scene-%d.png", number));
  }
}
