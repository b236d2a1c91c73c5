package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.exchange.TorchExport;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.inference.Models;
import dev.comporta.serialization.ModelFormats;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta export}: writes a model for another tool. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Write a model for another tool: safetensors with PyTorch's names and layouts.")
final class ExportCommand implements Callable<Integer> {
  private static final String SAFETENSORS = "safetensors";

  private final Application application;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "a model file")
  private Path model;

  @Option(names = "--to", required = true, paramLabel = "FORMAT", description = "safetensors")
  private String format;

  @Parameters(index = "1", paramLabel = "FILE", description = "the file to write")
  private Path file;

  ExportCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    if (!format.equals(SAFETENSORS)) {
      throw new UnknownNameException("format", format, List.of(SAFETENSORS));
    }
    OutputFile.requireOther("FILE", file, "MODEL", model);
    OutputFile.requireWritable("FILE", file);
    List<String> notes =
        TorchExport.write(
            Models.build(
                ModelFormats.read(model, null, application.catalog()),
                model.toString(),
                application.catalog()), file);
    PrintWriter out = spec.commandLine().getOut();
    out.println(Printable.line(formatted("%s: written for PyTorch", file)));
    notes.forEach(note -> out.println(Printable.line("  " + note)));
    return ExitCode.OK;
  }
}
