package dev.comporta.tasks.charlm;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.OutputFile;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TaskReport;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model of the characters of a text and compares it with a count model on the same split.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CharLm implements Task {
  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public CharLm(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return CharLmSettings.TASK;
  }

  @Override
  public String description() {
    return "a recurrent model of the characters of a text, beside a Witten-Bell count model";
  }

  @Override
  public String unit() {
    return "character";
  }

  @Override
  public List<TaskOption> options() {
    return CharLmSettings.options();
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Checkpoint checkpoint = null;
    Spec effective = given;
    if (given.options().get(CharLmSettings.RESUME) instanceof String resume) {
      Checkpoints.Newest newest = Checkpoints.newest(Path.of(resume));
      if (newest.note() != null) {
        context.log().accept(newest.note());
      }
      checkpoint = newest.checkpoint();
      effective =
          CharLmSettings.resumed(
              checkpoint.model().provenance().hyperParameters(), withOut(given, Path.of(resume)));
    }
    return run(effective, checkpoint, context);
  }

  /**
   * Where a resumed run writes: where the checkpoint lies beside, unless the user says otherwise.
   */
  private static Spec withOut(Spec given, Path resume) {
    String name = resume.toString().replaceFirst("\\.previous$", "");
    return given.options().containsKey("out") || !name.endsWith(".checkpoint")
        ? given
        : given.with("out", name.substring(0, name.length() - ".checkpoint".length()));
  }

  private TaskReport run(Spec effective, @Nullable Checkpoint checkpoint, TaskContext context) {
    CharLmSettings settings = CharLmSettings.read(effective);
    CharLmRules.requireKnown(settings, catalog);
    OutputFile.requireWritable("--out", settings.out());
    CharLmData data = CharLmData.read(settings, context.log());
    CharLmRules.requireMemory(settings, data.vocabulary().size(), catalog);
    try (Compute compute =
        computers.open(settings.backend(), settings.threads(), settings.execution())) {
      Spec kept = CharLmSettings.kept(effective, settings);
      return new CharLmRun(settings, kept, data, compute, catalog, context).run(checkpoint);
    }
  }
}
