package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.ExchangeCheck;
import dev.comporta.exchange.ExportCheck;
import dev.comporta.exchange.KerasExport;
import dev.comporta.exchange.TorchExport;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.inference.Models;
import dev.comporta.onnx.OnnxEngine;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFormats;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
        "Write a model for another tool: ONNX, safetensors with PyTorch's names and layouts, or Keras 3.",
    footer = {
      "",
      "Exit codes: 0 written, 2 a layer has no counterpart, 3 --verify found a difference above 1e-5."
    })
final class ExportCommand implements Callable<Integer> {
  private static final String ONNX = "onnx";

  private static final String KERAS = "keras";

  private static final List<String> FORMATS = List.of(ONNX, "safetensors", KERAS);

  private final Application application;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "a model file")
  private Path model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "onnx, safetensors or keras")
  private String format;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description =
          "the file to write; of a model with an encoder, FILE.encoder.onnx and FILE.step.onnx")
  private Path file;

  @Option(
      names = "--opset",
      paramLabel = "N",
      description = "the operator set, for ONNX only (default: 17)")
  private @Nullable Integer operatorSet;

  @Option(
      names = "--verify",
      description =
          "read the file back, and run it in ONNX Runtime if it is built, or in PyTorch if a Python with PyTorch is installed; print the largest differences")
  private boolean verify;

  ExportCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() throws IOException {
    if (!FORMATS.contains(format)) {
      throw new UnknownNameException("format", format, FORMATS);
    }
    if (operatorSet != null && !format.equals(ONNX)) {
      throw new InvalidOptionException(
          formatted("--opset is for ONNX; leave it out for --to %s", format));
    }
    OutputFile.requireOther("FILE", file, "MODEL", model);
    OutputFile.requireWritable("FILE", file);
    ModelFile content = ModelFormats.read(model, null, application.catalog());
    SequenceModel network = Models.build(content, model.toString(), application.catalog());
    PrintWriter out = spec.commandLine().getOut();
    if (format.equals(ONNX)) {
      return onnx(content, network, out);
    }
    if (format.equals(KERAS)) {
      return keras(network, out);
    }
    TorchExport.Exported exported = TorchExport.write(network, file);
    out.println(Printable.line(formatted("%s: written for PyTorch", file)));
    exported.notes().forEach(note -> out.println(Printable.line("  " + note)));
    return verify && !verified(network, exported, out) ? ExitCodes.CHECK_FAILED : ExitCode.OK;
  }

  private int keras(SequenceModel network, PrintWriter out) {
    if (!String.valueOf(file.getFileName()).endsWith(".keras")) {
      throw new InvalidOptionException(
          formatted(
              "expected a FILE that ends with .keras, as Keras opens no other, but got %s", file));
    }
    List<String> layers = KerasExport.write(network, file);
    out.println(Printable.line(formatted("%s: written for Keras 3", file)));
    for (int n = 0; n < layers.size(); n++) {
      out.println(formatted("  layer %d: %s", n, layers.get(n)));
    }
    if (!verify) {
      return ExitCode.OK;
    }
    ExportCheck check = new ExportCheck(network, application.catalog());
    double back = check.readBack(file);
    readBack(back, check.output().length, out);
    return back <= ExchangeCheck.BOUND ? ExitCode.OK : ExitCodes.CHECK_FAILED;
  }

  private static void readBack(double difference, int outputs, PrintWriter out) {
    out.println(
        formatted("read back: largest difference %.2e over %d outputs", difference, outputs));
  }

  private boolean verified(SequenceModel network, TorchExport.Exported exported, PrintWriter out) {
    ExportCheck check = new ExportCheck(network, application.catalog());
    float[] expected = check.output();
    double back = check.readBack(file, exported);
    readBack(back, expected.length, out);
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

  private int onnx(ModelFile content, SequenceModel network, PrintWriter out) throws IOException {
    int version = operatorSet == null ? OnnxExport.OPERATOR_SET : operatorSet;
    if (!network.encoder().isEmpty()) {
      return decoder(content, network, version, out);
    }
    OnnxExport.Exported exported =
        OnnxExport.export(content, network, version, BuildVersion.version());
    AtomicFile.write(file, exported.bytes());
    out.println(
        Printable.line(formatted("%s: written as ONNX with operator set %d", file, version)));
    exported.states().forEach(state -> out.println(Printable.line("  state: " + state)));
    if (!verify) {
      return ExitCode.OK;
    }
    TensorBackend backend = application.catalog().preferredBackend(reason -> {});
    OnnxModel written = OnnxModel.load(file, backend, Workers.ALONE);
    return verdicts(
        OnnxExport.verify(written, exported.states(), network, backend),
        engine -> {
          try (OnnxEngine.Graph graph = engine.open(file)) {
            return new EngineVerdict(
                graph.version(),
                OnnxExport.verify(graph, written, exported.states(), network, backend));
          }
        },
        out);
  }

  /** Writes an encoder and a step, for FILE.onnx to FILE.encoder.onnx and FILE.step.onnx. */
  private int decoder(ModelFile content, SequenceModel network, int version, PrintWriter out)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    String stem = name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
    Path encoder = file.resolveSibling(stem + ".encoder.onnx");
    Path step = file.resolveSibling(stem + ".step.onnx");
    for (Path written : List.of(encoder, step)) {
      OutputFile.requireOther("FILE", written, "MODEL", model);
      OutputFile.requireWritable("FILE", written);
    }
    OnnxExport.ExportedDecoder exported =
        OnnxExport.exportDecoder(content, network, version, BuildVersion.version());
    AtomicFile.write(encoder, exported.encoder());
    AtomicFile.write(step, exported.step());
    out.println(
        Printable.line(
            formatted("%s and %s: written as ONNX with operator set %d", encoder, step, version)));
    if (!verify) {
      return ExitCode.OK;
    }
    TensorBackend backend = application.catalog().preferredBackend(reason -> {});
    OnnxModel first = OnnxModel.load(encoder, backend, Workers.ALONE);
    OnnxModel second = OnnxModel.load(step, backend, Workers.ALONE);
    return verdicts(
        OnnxExport.verifyDecoder(first, second, network, backend),
        engine -> {
          try (OnnxEngine.Graph encoding = engine.open(encoder);
              OnnxEngine.Graph stepping = engine.open(step)) {
            return new EngineVerdict(
                encoding.version(),
                OnnxExport.verifyDecoder(encoding, stepping, second, network, backend));
          }
        },
        out);
  }

  /** What another engine computed. */
  private record EngineVerdict(String version, OnnxExport.Verdict verdict) {}

  /** Prints the verdict of our interpreter, and that of every engine that is installed. */
  private static int verdicts(
      OnnxExport.Verdict ours, Function<OnnxEngine, EngineVerdict> run, PrintWriter out) {
    boolean passed = verdict("read back", ours, out);
    for (OnnxEngine engine : OnnxEngine.installed()) {
      String obstacle = engine.obstacle().orElse(null);
      if (obstacle != null) {
        out.println(Printable.line(formatted("%s did not run it: %s", engine.name(), obstacle)));
        continue;
      }
      try {
        EngineVerdict verdict = run.apply(engine);
        passed &= verdict(verdict.version(), verdict.verdict(), out);
      } catch (OnnxException e) {
        out.println(Printable.line(formatted("%s FAILED: %s", engine.name(), e.getMessage())));
        passed = false;
      }
    }
    return passed ? ExitCode.OK : ExitCodes.CHECK_FAILED;
  }

  private static boolean verdict(String who, OnnxExport.Verdict verdict, PrintWriter out) {
    out.println(
        Printable.line(
            formatted(
                "%s: largest difference %.1e over %d batches of other sizes and lengths%s; %s",
                who,
                verdict.difference(),
                verdict.runs(),
                verdict.streamed() ? ", states included" : "",
                verdict.passed() ? "passed" : "TOO FAR")));
    return verdict.passed();
  }
}
