package dev.comporta.examples.watching;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.examples.SmallModel;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.listeners.CsvListener;
import dev.comporta.training.listeners.TensorBoardListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Records a training run with listeners. */
public final class Listeners {
  private Listeners() {}

  /** Prints what was recorded. */
  public static void main(String[] arguments) throws IOException {
    Catalog catalog = Catalog.load();
    SmallModel counter =
        SmallModel.with(
            0,
            Spec.of("embedding").with("vocabulary", 4).with("size", 3),
            Spec.of("recurrent").with("cell", "mgu").with("hidden", 8),
            Spec.of("dense").with("units", 4));
    SequenceModel model = counter.model();
    ModelRunner runner = counter.runner();
    TrainingRules rules =
        new TrainingRules(
            catalog.loss(Spec.of("cross-entropy")),
            catalog.optimizer(Spec.of("radam")),
            catalog.schedule(Spec.of("constant")),
            new Clipping.Value(1));
    int[] ids = new int[201];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % 4;
    }
    IdSequence counting = IdSequence.of(ids);
    Path folder = Files.createTempDirectory("watching");
    // @start region="listeners"
    Path table = folder.resolve("losses.csv");
    try (CsvListener csv = new CsvListener(table);
        TensorBoardListener board =
            new TensorBoardListener(folder.resolve("runs"), model.parameters(), 5)) {
      board.file().text("settings", 0, "a model that counts to four");
      new Trainer(
              model,
              runner,
              Workers.ALONE,
              rules,
              TrainingSettings.of(20).learningRate(0.02),
              new StreamBatcher(counting, 4, 10),
              new StreamBatcher(counting, 4, 10))
          .listener(event -> {
            csv.on(event);
            board.on(event);
            if (event instanceof TrainingEvent.Validated measured) {
              System.out.println("validated after update " + measured.step());
            }
          })
          .train();
      System.out.println("event file: " + Files.exists(board.file().path()));
    }
    // @end region="listeners"
    List<String> lines = Files.readAllLines(table);
    System.out.println(lines.getFirst());
    System.out.println(lines.size() + " lines");
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
