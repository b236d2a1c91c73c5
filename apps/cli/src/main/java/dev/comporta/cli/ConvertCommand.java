package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Evaluator.Scored;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.compute.Compute;
import dev.comporta.serialization.ElementType;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.StorageTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code comporta convert MODEL --dtype TYPE --out FILE}: stores the parameters of a model as
 * another type. With {@code --report} it also scores the model before and after; the flags for that
 * are those of {@code evaluate}.
 */
final class ConvertCommand implements Callable<Integer> {
  private static final String DTYPE = "--dtype";
  private static final String OUT = "--out";
  private static final String REPORT = "--report";
  private static final String JSON = "--json";

  private final Application application;
  private final CommandSpec spec;
  private final Options union;

  private ConvertCommand(Application application, List<Task> tasks) {
    this.application = application;
    this.union = Union.of(tasks.stream().map(task -> task.evaluator().options()).toList());
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name("convert").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Store a model's parameters as another type, in format 2. Models compute in f32 whatever their file stores.")
        .sortOptions(false);
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("MODEL")
            .type(Path.class)
            .arity("1")
            .required(true)
            .description("the model file")
            .build());
    spec.addOption(
        OptionSpec.builder(DTYPE)
            .type(String.class)
            .required(true)
            .paramLabel(String.join("|", labels()))
            .description(
                "f32 keeps every bit; f16 has 11 significant bits and values up to 65504; bf16 has 8 and the range of f32; int8 has a scale for each output channel, and leaves biases in f32")
            .build());
    spec.addOption(
        OptionSpec.builder(OUT)
            .type(Path.class)
            .required(true)
            .paramLabel("FILE")
            .description("the file to write")
            .build());
    OptionFlags.addSwitch(
        spec, REPORT, "score the model before and after, on the data of the flags below");
    OptionFlags.addSwitch(spec, JSON, "print one JSON object");
    OptionFlags.add(spec, union.and(ModelCommand.COMPUTATION));
  }

  static CommandSpec spec(Application application) {
    return new ConvertCommand(application, application.tasks()).spec;
  }

  /** Makes the command for one task, which fails if its flags cannot be those of a command. */
  static void rehearse(Application application, Task task) {
    new CommandLine(new ConvertCommand(application, List.of(task)).spec);
  }

  private static List<String> labels() {
    return StorageTypes.ofParameters().stream().map(ElementType::label).toList();
  }

  /**
   * What a model scores on the same data, in its old file and in its new one, and the tensor with
   * the largest change; null if no weight changed.
   */
  private record Report(Score before, Score after, @Nullable String changed, double change) {
    /** How the weights changed, in words. */
    String largest() {
      return changed == null
          ? "no weight changed"
          : formatted("largest change of a weight: %.3g, in %s", change, changed);
    }

    /** How the metric changed, in words. */
    String verdict() {
      double difference = after.value() - before.value();
      String direction =
          difference == 0
              ? "no change"
              : formatted(
                  "%+.3g, %s",
                  difference, difference < 0 == before.lowerIsBetter() ? "better" : "worse");
      return formatted(
          "%s: %.6g before, %.6g after (%s)",
          before.metric().replace('_', ' '), before.value(), after.value(), direction);
    }
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    Path model = parsed.matchedPositionalValue(0, null);
    Path out = parsed.matchedOptionValue(OUT, null);
    ElementType type = type(parsed.matchedOptionValue(DTYPE, ""));
    OutputFile.requireOther(OUT, out, "MODEL", model);
    OutputFile.requireModel(OUT, out);
    ModelFile file = ModelFiles.read(model);
    file.provenance().requireProviders(model.toString(), application.catalog());
    file.requireFinite(model.toString());
    ModelFile converted = StorageTypes.convert(file, type);
    if (parsed.matchedOptionValue(REPORT, false)) {
      try (Compute compute = ModelCommand.compute(spec, application)) {
        Report report = scored(model, out, file, converted, compute);
        print(model, out, type, converted, report);
      }
    } else {
      requireNothingToScore(parsed);
      ModelFiles.write(out, converted);
      print(model, out, type, converted, null);
    }
    return 0;
  }

  /** Scores the model, writes the new file, and scores that on the same data. */
  private Report scored(
      Path model, Path out, ModelFile file, ModelFile converted, Compute compute) {
    LoadedModel before = Models.load(model, null, compute, application.catalog());
    Evaluator evaluator = application.task(before).evaluator();
    Settings settings =
        Settings.of(
            spec.name(),
            evaluator.options(),
            Union.given(spec, union, evaluator.options(), before.task()));
    OutputFile.requireRereadable(settings);
    evaluator.require(List.of(before), settings);
    Score old = evaluator.evaluate(before, settings);
    ModelFiles.write(out, converted);
    LoadedModel after = Models.load(out, null, compute, application.catalog());
    Score now = evaluator.evaluate(after, settings);
    evaluator.compare(
        List.of(new Scored(before.name(), old), new Scored(after.name(), now)), settings);
    return report(old, now, file, out);
  }

  private static ElementType type(String label) {
    for (ElementType type : StorageTypes.ofParameters()) {
      if (type.label().equals(label)) {
        return type;
      }
    }
    throw new UnknownNameException("type", label, labels());
  }

  private void requireNothingToScore(ParseResult parsed) {
    for (String name : OptionFlags.typed(parsed, union.and(ModelCommand.COMPUTATION)).keySet()) {
      throw new InvalidOptionException(
          formatted("--%s is for the scores of %s; add %s or leave it out", name, REPORT, REPORT));
    }
  }

  private static Report report(Score before, Score after, ModelFile file, Path out) {
    String changed = null;
    double largest = 0;
    List<NamedTensor> stored = ModelFiles.map(out).tensors();
    for (int i = 0; i < stored.size(); i++) {
      float[] old = file.tensors().get(i).values();
      float[] now = stored.get(i).values();
      for (int j = 0; j < old.length; j++) {
        double change = Math.abs((double) now[j] - old[j]);
        if (change > largest) {
          largest = change;
          changed = file.tensors().get(i).name();
        }
      }
    }
    return new Report(before, after, changed, largest);
  }

  private void print(
      Path model, Path out, ElementType type, ModelFile converted, @Nullable Report report) {
    long before = size(model);
    long after = size(out);
    Map<String, Long> types =
        converted.tensors().stream()
            .collect(
                Collectors.groupingBy(
                    tensor -> tensor.type().label(), LinkedHashMap::new, Collectors.counting()));
    List<String> beyond = new ArrayList<>();
    if (type != ElementType.I8) { // which leaves out tensors of one axis
      converted.tensors().stream()
          .filter(tensor -> tensor.type() != type)
          .forEach(tensor -> beyond.add(tensor.name()));
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (spec.commandLine().getParseResult().matchedOptionValue(JSON, false)) {
      Map<String, @Nullable Object> figures = new LinkedHashMap<>();
      figures.put("model", model.toString());
      figures.put("out", out.toString());
      figures.put("dtype", type.label());
      figures.put("bytes_before", before);
      figures.put("bytes_after", after);
      figures.put("tensors", types);
      figures.put("beyond_range", beyond);
      if (report != null) {
        figures.put("metric", report.before().metric());
        figures.put("lower_is_better", report.before().lowerIsBetter());
        figures.put("before", Score.finite(report.before().value()));
        figures.put("after", Score.finite(report.after().value()));
        figures.put("largest_weight_change", report.change());
        figures.put("largest_weight_change_in", report.changed());
      }
      printer.println(Json.line(figures));
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        formatted(
            "%s: %,d bytes, %.1f %% of the %,d of %s",
            out, after, 100.0 * after / before, before, model));
    lines.add(
        types.entrySet().stream()
            .map(entry -> formatted("%,d in %s", entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(", ", "tensors: ", "")));
    if (!beyond.isEmpty()) {
      lines.add(
          formatted(
              "left in f32, with values beyond the range of %s: %s",
              type.label(), String.join(", ", beyond)));
    }
    if (report != null) {
      lines.add(report.verdict());
      lines.add(report.largest());
    }
    lines.forEach(line -> printer.println(Printable.line(line)));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be read: %s", file, e.getMessage()), e);
    }
  }
}
