package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.exchange.Imported;
import dev.comporta.exchange.Importer;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta import}: turns a model of another tool into a model file. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description =
        "Turn a model of Keras, PyTorch, Deeplearning4j, NumPy, TensorFlow or ONNX into a model file.",
    footer = {"", "Layers that cannot be represented exactly are rejected. Guesses are printed."})
final class ImportCommand implements Callable<Integer> {
  private final Application application;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "the model; several files are the parts of one safetensors model")
  private List<Path> files;

  @Option(
      names = "--architecture",
      paramLabel = "FILE",
      description = "a JSON file with the layers, for files that hold weights only")
  private @Nullable Path architecture;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the model file")
  private Path out;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  ImportCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() throws IOException {
    OutputFile.requireModel("--out", out);
    for (Path file : files) {
      OutputFile.requireOther("--out", out, "FILE", file);
    }
    Imported imported =
        new Importer(application.catalog(), BuildVersion.version()).read(files, architecture);
    ModelFiles.write(out, imported.file());
    PrintWriter printed = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("file", files.getFirst().toString());
      object.put("format", imported.format());
      object.put("producer", imported.producer());
      object.put("out", out.toString());
      object.put("parameters", imported.model().parameters().count());
      object.put("specification", Json.spec(imported.model().spec()));
      object.put("notes", imported.notes());
      printed.println(Json.line(object));
      return ExitCode.OK;
    }
    printed.println(
        Printable.line(
            formatted(
                "%s: a model of %s with %,d parameters, written to %s",
                files.getFirst(),
                imported.producer(),
                imported.model().parameters().count(),
                out)));
    imported
        .model()
        .summary()
        .lines()
        .forEach(line -> printed.println(Printable.line("  " + line)));
    imported.notes().forEach(note -> printed.println(Printable.line("note: " + note)));
    return ExitCode.OK;
  }
}
