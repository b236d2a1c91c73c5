package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.ExchangeCheck;
import dev.comporta.exchange.ExportCheck;
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
    description = "Write a model for another tool: safetensors with PyTorch's names and layouts.",
    footer = {
      "",
      "Exit codes: 0 written, 2 a layer has no counterpart, 3 --verify found a difference above 1e-5."
    })
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

  @Option(
      names = "--verify",
      description =
          "read the file back, and run it in PyTorch if a Python with PyTorch is installed; print the largest differences")
  private boolean verify;

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
    SequenceModel network =
        Models.build(
            ModelFormats.read(model, null, application.catalog()),
            model.toString(),
            application.catalog());
    TorchExport.Exported exported = TorchExport.write(network, file);
    PrintWriter out = spec.commandLine().getOut();
    out.println(Printable.line(formatted("%s: written for PyTorch", file)));
    exported.notes().forEach(note -> out.println(Printable.line("  " + note)));
    return verify && !verified(network, exported, out) ? ExitCodes.CHECK_FAILED : ExitCode.OK;
  }

  private boolean verified(SequenceModel network, TorchExport.Exported exported, PrintWriter out) {
    ExportCheck check = new ExportCheck(network, application.catalog());
    float[] expected = check.output();
    double back = check.readBack(file, exported);
    out.println(
        formatted("read back: largest difference %.2e over %d outputs", back, expected.length));
    String python = TorchRun.python(System.getenv(TorchRun.VARIABLE));
    if (python == null) {
      out.println("PyTorch did not run it: there is no Python with PyTorch, as in python3-torch");
      return back <= ExchangeCheck.BOUND;
    }
    TorchRun.Result result = TorchRun.run(python, file, exported, check);
    double there = ExportCheck.difference(result.output(), expected);
    out.println(
        Printable.line(formatted("PyTorch %s: largest difference %.2e", result.version(), there)));
    return Math.max(back, there) <= ExchangeCheck.BOUND;
  }
}
