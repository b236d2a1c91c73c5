package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.TorchExport;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.inference.Models;
import dev.comporta.onnx.OnnxException;
import dev.comporta.onnx.OnnxExport;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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
    description =
        "Write a model for another tool: ONNX, or safetensors with PyTorch's names and layouts.")
final class ExportCommand implements Callable<Integer> {
  private static final String ONNX = "onnx";

  private static final List<String> FORMATS = List.of(ONNX, "safetensors");

  private final Application application;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "a model file")
  private Path model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "onnx or safetensors")
  private String format;

  @Parameters(index = "1", paramLabel = "FILE", description = "the file to write")
  private Path file;

  @Option(
      names = "--opset",
      paramLabel = "N",
      description = "the operator set of ONNX (default: ${DEFAULT-VALUE})",
      defaultValue = "17")
  private int operatorSet;

  @Option(
      names = "--verify",
      description = "read the ONNX file back and compare it with the model; exit 3 if they differ")
  private boolean verify;

  ExportCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() throws IOException {
    if (!FORMATS.contains(format)) {
      throw new UnknownNameException("format", format, FORMATS);
    }
    OutputFile.requireOther("FILE", file, "MODEL", model);
    OutputFile.requireWritable("FILE", file);
    ModelFile content = ModelFiles.map(model);
    SequenceModel network = Models.build(content, model.toString(), application.catalog());
    PrintWriter out = spec.commandLine().getOut();
    if (format.equals(ONNX)) {
      return onnx(content, network, out);
    }
    List<String> notes = TorchExport.write(network, file);
    out.println(Printable.line(formatted("%s: written for PyTorch", file)));
    notes.forEach(note -> out.println(Printable.line("  " + note)));
    return ExitCode.OK;
  }

  private int onnx(ModelFile content, SequenceModel network, PrintWriter out) throws IOException {
    OnnxExport.Exported exported =
        OnnxExport.export(content, network, operatorSet, BuildVersion.version());
    try {
      Files.write(file, exported.bytes());
    } catch (IOException e) {
      throw new OnnxException(
          formatted("cannot write %s: %s", file, Printable.quote(e.getMessage())), e);
    }
    out.println(
        Printable.line(formatted("%s: written as ONNX with operator set %d", file, operatorSet)));
    exported.states().forEach(state -> out.println(Printable.line("  state: " + state)));
    if (!verify) {
      return ExitCode.OK;
    }
    OnnxExport.Verdict verdict =
        OnnxExport.verify(exported, network, application.catalog().preferredBackend(reason -> {}));
    out.println(
        formatted(
            "read back: largest difference %.1e over %d batches of other sizes and lengths%s; %s",
            verdict.difference(),
            verdict.runs(),
            verdict.streamed() ? " and a sequence in two parts" : "",
            verdict.passed() ? "passed" : "TOO FAR"));
    return verdict.passed() ? ExitCode.OK : ExitCodes.CHECK_FAILED;
  }
}
