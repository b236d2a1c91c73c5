package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Examples;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.view.PictureFile;
import dev.comporta.view.SquarePicture;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Questions about pictures as files: a folder of PNG pictures and {@code questions.tsv}, whose
 * lines are the name of a picture, a question, its answer, and the kind of the question, which may
 * be left out; tabs are between them.
 */
final class QuestionFiles {
  private static final String TABLE = "questions.tsv";

  private QuestionFiles() {}

  /**
   * A question about a picture.
   *
   * @param picture draws or reads it
   * @param question about it
   * @param answer the right one
   * @param kind of the question, for tables
   */
  record Asked(Supplier<BufferedImage> picture, String question, String answer, String kind) {}

  /**
   * The questions of a folder, or of a table.
   *
   * @param answers those that the model knows
   * @throws dev.comporta.api.ComportaException naming the line of what cannot be used
   */
  static List<Asked> read(Path data, List<String> answers) {
    PictureTable table = PictureTable.read(data, TABLE, "picture");
    List<Asked> asked = new ArrayList<>();
    for (PictureTable.Row row : table.rows()) {
      List<String> cells = row.cells();
      if (cells.size() < 2 || cells.size() > 3 || StoredStories.split(cells.getFirst()).isEmpty()) {
        throw table.wrong(
            row,
            "the name of a picture, a tab, a question, a tab and its answer",
            String.join("\t", cells));
      }
      String answer = cells.get(1).strip();
      if (!answers.contains(answer)) {
        throw table.wrong(
            row, "one of the answers of the model, " + String.join(", ", answers), answer);
      }
      String kind = cells.size() == 3 ? cells.get(2).strip() : "question";
      asked.add(new Asked(() -> SquarePicture.read(row.picture()), cells.getFirst(), answer, kind));
    }
    return asked;
  }

  /** Scenes that no training has seen, the same that a model is scored on for this seed. */
  static List<Examples.Example> examples(Settings settings) {
    List<Asked> scenes =
        Questions.unseen(settings.get(Examples.COUNT), settings.get(Examples.SEED));
    List<Examples.Example> files = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < scenes.size(); i++) {
      Asked scene = scenes.get(i);
      String file = formatted("scene-%d.png", i);
      table
          .append(String.join("\t", file, scene.question(), scene.answer(), scene.kind()))
          .append('\n');
      files.add(
          new Examples.Example(
              file,
              scene.question() + "? " + scene.answer(),
              () -> PictureFile.png(scene.picture().get())));
    }
    byte[] bytes = table.toString().getBytes(StandardCharsets.UTF_8);
    files.add(
        new Examples.Example(TABLE, "the questions, for comporta evaluate --data", () -> bytes));
    return files;
  }
}
