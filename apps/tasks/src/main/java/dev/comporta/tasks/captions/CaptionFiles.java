package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.Examples;
import dev.comporta.frame.options.Settings;
import dev.comporta.tasks.captions.CaptionScores.Example;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.PictureFile;
import dev.comporta.view.SquarePicture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pictures with their captions as files: a folder of PNG pictures and {@code captions.tsv}, whose
 * lines are the name of a picture, a tab, and a sentence that is true of it.
 */
final class CaptionFiles {
  static final String TABLE = "captions.tsv";

  private CaptionFiles() {}

  /**
   * The pictures of a folder, or of a table.
   *
   * @throws ComportaException if there is no table, or a line of it is not a name and a sentence of
   *     the grammar
   */
  static List<Example> read(Path data) {
    PictureTable table = PictureTable.read(data, TABLE, "picture");
    Map<Path, Example> examples = new LinkedHashMap<>();
    for (PictureTable.Row row : table.rows()) {
      Statement said = row.cells().size() == 1 ? Grammar.parse(row.cells().getFirst()) : null;
      if (said == null) {
        throw table.wrong(
            row,
            "the name of a picture, a tab, and a sentence such as 'a small red circle in the middle'",
            String.join("\t", row.cells()));
      }
      Path file = row.picture();
      String caption = row.cells().getFirst();
      Example before = examples.get(file);
      if (before != null && !before.truth().figureSet().equals(said.figureSet())) {
        throw table.wrong(row, "the figures that the first caption of the picture names", caption);
      }
      List<String> captions = new ArrayList<>(before == null ? List.of() : before.captions());
      captions.add(caption);
      Statement truth = before == null ? said : before.truth().and(said);
      examples.put(file, new Example(() -> SquarePicture.read(file), truth, captions));
    }
    return List.copyOf(examples.values());
  }

  /** The first scenes of a seed that no training has seen, each with one of its captions. */
  static List<Example> unseen(int count, long seed) {
    CounterRandom random = new CounterRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Scene scene = SceneLayout.unseen(seed, i);
      Draws words = new Draws(random.stream("captions").stream(i));
      examples.add(
          new Example(
              () -> scene.picture(Scene.SIDE), scene.truth(), List.of(Grammar.say(scene, words))));
    }
    return examples;
  }

  /** Scenes that no training has seen, the same that a model is scored on for this seed. */
  static List<Examples.Example> examples(Settings settings) {
    List<Example> scenes = unseen(settings.get(Examples.COUNT), settings.get(Examples.SEED));
    List<Examples.Example> files = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < scenes.size(); i++) {
      Example scene = scenes.get(i);
      String file = formatted("scene-%d.png", i);
      String caption = scene.captions().getFirst();
      table.append(file).append('\t').append(caption).append('\n');
      files.add(new Examples.Example(file, caption, () -> PictureFile.png(scene.picture().get())));
    }
    byte[] bytes = table.toString().getBytes(StandardCharsets.UTF_8);
    files.add(
        new Examples.Example(TABLE, "the captions, for comporta evaluate --data", () -> bytes));
    return files;
  }
}
