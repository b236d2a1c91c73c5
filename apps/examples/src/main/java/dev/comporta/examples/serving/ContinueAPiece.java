package dev.comporta.examples.serving;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.MusicGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Trains a model of music as {@code comporta train music} does, and continues a piece. */
public final class ContinueAPiece {
  private ContinueAPiece() {}

  /** Prints the chords that the model adds to two chords that take turns. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("music");
    String turns = String.join(", ", Collections.nCopies(6, "[60, 64, 67], [59, 62, 67]"));
    String eight = String.join(", ", Collections.nCopies(8, "[" + turns + "]"));
    Path pieces = Files.writeString(folder.resolve("pieces.json"), "[" + eight + "]");
    Path file = folder.resolve("music.comporta");
    Catalog catalog = Catalog.load(Task.KIND);
    TrainingRun run = new TrainingRun(catalog.find(Task.KIND, "music"), TaskContext.of(catalog));
    run.run(
        Map.of("data", pieces, "out", file, "steps", 60, "hidden", 16, "learning-rate", 0.03));
    // @start region="continue"
    try (LoadedModel model = Models.load(file)) {
      MusicGenerator music = model.musicGenerator();
      List<List<Integer>> start = List.of(List.of(60, 64, 67), List.of(59, 62, 67));
      System.out.println(music.continued(start, 4, 0.5, 1));
    }
    // @end region="continue"
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }
}
