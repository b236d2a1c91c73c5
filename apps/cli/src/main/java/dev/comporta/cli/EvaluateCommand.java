package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Evaluator.Scored;
import dev.comporta.frame.PairedBootstrap;
import dev.comporta.frame.Task;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.compute.Compute;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code comporta evaluate}: scores one or more models of a task on the same data. */
final class EvaluateCommand extends ModelCommand {
  /** The seed of the draws of examples: the same models always have the same interval. */
  private static final long BOOTSTRAP = 1;

  private EvaluateCommand(Application application, List<Task> tasks) {
    super(
        application,
        "evaluate",
        new String[] {
          "Score a model on data that it was not trained on, or compare several models of one task."
        },
        Union.of(tasks.stream().map(task -> task.evaluator().options()).toList()),
        true);
    addJson("print one JSON object");
  }

  static CommandSpec spec(Application application) {
    return new EvaluateCommand(application, application.tasks()).spec;
  }

  /** Makes the command for one task, which fails if its flags cannot be those of a command. */
  static void rehearse(Application application, Task task) {
    new CommandLine(new EvaluateCommand(application, List.of(task)).spec);
  }

  @Override
  public Integer call() {
    requireDifferent(models());
    try (Compute compute = compute()) {
      List<LoadedModel> models = models().stream().map(path -> open(path, compute)).toList();
      Task task = task(models);
      Evaluator evaluator = task.evaluator();
      Settings settings = settings(evaluator.options(), task.name());
      if (models.size() > 1) {
        OutputFile.requireRereadable(settings);
      }
      evaluator.require(models, settings);
      List<Scored> scored = new ArrayList<>();
      for (LoadedModel model : models) {
        scored.add(new Scored(model.name(), evaluator.evaluate(model, settings)));
      }
      print(scored);
      evaluator.compare(scored, settings);
    }
    return 0;
  }

  private Task task(List<LoadedModel> models) {
    Task task = application.task(models.getFirst());
    for (LoadedModel model : models) {
      Task other = application.task(model);
      if (!other.name().equals(task.name())) {
        throw new InvalidOptionException(
            formatted(
                "--model expected models of one task but got one of %s and one of %s",
                task.name(), other.name()));
      }
    }
    return task;
  }

  private static void requireDifferent(List<Path> models) {
    Set<Path> seen = new HashSet<>();
    for (Path path : models) {
      if (!seen.add(path.toAbsolutePath().normalize())) {
        throw new InvalidOptionException(
            formatted("--model expected different models but got %s twice; give it once", path));
      }
    }
  }

  private void print(List<Scored> scored) {
    PrintWriter out = spec.commandLine().getOut();
    if (isJson()) {
      List<Map<String, @Nullable Object>> rows = scored.stream().map(EvaluateCommand::row).toList();
      if (rows.size() == 1) {
        out.println(Json.line(rows.getFirst()));
        return;
      }
      Map<String, @Nullable Object> all = new LinkedHashMap<>();
      all.put("models", rows);
      List<Map<String, Object>> compared = compared(scored).stream().map(Compared::row).toList();
      if (!compared.isEmpty()) {
        all.put("comparisons", compared);
      }
      out.println(Json.line(all));
      return;
    }
    for (Scored one : scored) {
      if (scored.size() > 1) {
        out.println(Printable.line(one.model()));
      }
      out.println(Printable.text(one.score().text()));
      one.score().verdict().ifPresent(line -> out.println(Printable.line(line)));
    }
    compared(scored).forEach(it -> out.println(Printable.line(it.text())));
  }

  /** A model that is compared with the first one. */
  private record Compared(Scored first, Scored other, PairedBootstrap difference) {
    Map<String, Object> row() {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("model", other.model());
      row.put("against", first.model());
      row.put("metric", other.score().metric());
      row.put("difference", difference.difference());
      row.put("low", difference.low());
      row.put("high", difference.high());
      row.put("samples", difference.samples());
      return row;
    }

    String text() {
      return formatted(
          "%s against %s: %s %+.4f, 95 %% interval %+.4f to %+.4f by the paired bootstrap, %s",
          other.model(),
          first.model(),
          other.score().metric().replace('_', ' '),
          difference.difference(),
          difference.low(),
          difference.high(),
          !difference.isClear()
              ? "no clear difference"
              : difference.low() > 0 == other.score().lowerIsBetter()
                  ? "clearly worse"
                  : "clearly better");
    }
  }

  /** Each model against the first one, where the scores have an outcome of each example. */
  private static List<Compared> compared(List<Scored> scored) {
    List<Compared> all = new ArrayList<>();
    Scored first = scored.getFirst();
    for (Scored other : scored.subList(1, scored.size())) {
      if (first.score().detail() instanceof PairedBootstrap.Outcomes one
          && other.score().detail() instanceof PairedBootstrap.Outcomes two
          && one.outcomes().length == two.outcomes().length) {
        all.add(
            new Compared(
                first, other, PairedBootstrap.of(one.outcomes(), two.outcomes(), BOOTSTRAP)));
      }
    }
    return all;
  }

  private static Map<String, @Nullable Object> row(Scored scored) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("model", scored.model());
    row.putAll(scored.score().report());
    return row;
  }
}
