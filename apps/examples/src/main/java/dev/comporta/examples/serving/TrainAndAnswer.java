package dev.comporta.examples.serving;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.inference.GenerationSettings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Trains a language model as {@code comporta train char-lm} does, and answers from its file. */
public final class TrainAndAnswer {
  private TrainAndAnswer() {}

  /** Prints what the model writes. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("poet");
    Path text =
        Files.writeString(folder.resolve("rhyme.txt"), "tick tock, says the clock; ".repeat(20));
    Path file = folder.resolve("poet.comporta");
    // @start region="train"
    Catalog catalog = Catalog.load(Task.KIND);
    TrainingRun run = new TrainingRun(catalog.find(Task.KIND, "char-lm"), TaskContext.of(catalog));
    run.run(Map.of("data", text, "out", file, "steps", 50, "batch", 4, "learning-rate", 0.01));
    // @end region="train"
    // @start region="answer"
    Sampler likeliest = new Sampler(0, 0, 1);
    GenerationSettings how = GenerationSettings.DEFAULT.withSampler(likeliest).withLength(22);
    try (LoadedModel model = Models.load(file)) {
      System.out.println("tick" + model.textGenerator().generate("tick", how).text());
    }
    // @end region="answer"
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }
}
