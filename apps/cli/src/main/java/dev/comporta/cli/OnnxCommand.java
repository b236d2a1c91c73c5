package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.tensor.Workers;
import dev.comporta.onnx.NumpyFiles;
import dev.comporta.onnx.OnnxCheck;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.OnnxSequence;
import dev.comporta.onnx.OnnxStream;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta onnx}: runs ONNX files, and compares them with stored outputs. */
@Command(
    name = "onnx",
    mixinStandardHelpOptions = true,
    description = "Run ONNX files, or compare them with the outputs stored next to them.",
    subcommands = {OnnxCommand.Check.class, OnnxCommand.Run.class})
final class OnnxCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** Prints a line with text that may come from an untrusted file. */
  private static void line(PrintWriter out, String text) {
    out.println(Printable.line(text));
  }

  /** {@code comporta onnx check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "Run tests in ONNX's layout (model.onnx, test_data_set_N/input_M.pb, output_M.pb) and"
              + " print the largest error of each.",
      footer = {"", "Exit codes: 0 every test passed, 2 a folder cannot be read, 3 a test failed."})
  static final class Check implements Callable<Integer> {
    private final Application application;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "folders with tests")
    private List<Path> folders;

    @Option(
        names = "--rtol",
        paramLabel = "X",
        description = "relative tolerance (default: ${DEFAULT-VALUE})",
        defaultValue = "1e-3")
    private double rtol;

    @Option(
        names = "--atol",
        paramLabel = "X",
        description = "absolute tolerance (default: ${DEFAULT-VALUE})",
        defaultValue = "1e-7")
    private double atol;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    Check(Application application) {
      this.application = application;
    }

    @Override
    public Integer call() throws IOException {
      OnnxCheck check =
          new OnnxCheck(application.catalog().preferredBackend(reason -> {}), rtol, atol);
      List<OnnxCheck.Result> results = new ArrayList<>();
      for (Path folder : folders) {
        results.addAll(check.run(folder));
      }
      long passed = results.stream().filter(OnnxCheck.Result::passed).count();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rtol", rtol);
        object.put("atol", atol);
        object.put("passed", passed);
        object.put("tests", results.stream().map(Check::object).toList());
        out.println(Json.line(object));
      } else {
        for (OnnxCheck.Result result : results) {
          String remark = result.difference().remark();
          line(
              out,
              formatted(
                  "%s  %s  %s",
                  result.passed() ? "passed" : "FAILED",
                  result.folder(),
                  remark.isEmpty()
                      ? formatted("largest error %.2e", result.difference().largest())
                      : remark));
        }
        line(
            out,
            formatted(
                "%d tests: %d passed, %d failed (rtol %s, atol %s)",
                results.size(), passed, results.size() - passed, rtol, atol));
      }
      return passed == results.size() ? ExitCode.OK : ExitCodes.CHECK_FAILED;
    }

    private static Map<String, @Nullable Object> object(OnnxCheck.Result result) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      double largest = result.difference().largest();
      object.put("folder", result.folder().toString());
      object.put("passed", result.passed());
      object.put("largest_error", Double.isFinite(largest) ? largest : null);
      object.put("data_sets", result.dataSets());
      object.put("remark", result.difference().remark());
      return object;
    }
  }

  /** {@code comporta onnx run}. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = "Run an ONNX file on NumPy arrays and write its outputs as NumPy arrays.",
      footer = {
        "",
        "With --stream, every input that is a state begins with zeros and is carried from step to"
            + " step. An array with one axis more than its input holds a step in each row;"
            + " any other array is given to every step."
      })
  static final class Run implements Callable<Integer> {
    private final Application application;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "an ONNX file")
    private Path file;

    @Option(
        names = "--input",
        paramLabel = "NAME=FILE.npy",
        description = "an array for an input; repeatable")
    private Map<String, Path> inputs = new LinkedHashMap<>();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "the folder for NAME.npy of each output")
    private Path folder;

    @Option(names = "--stream", description = "run step by step, with the states kept")
    private boolean stream;

    @Option(
        names = "--state",
        paramLabel = "INPUT=OUTPUT",
        description = "an input and an output that are a state, if they are not found; repeatable")
    private Map<String, String> states = new LinkedHashMap<>();

    Run(Application application) {
      this.application = application;
    }

    @Override
    public Integer call() {
      OnnxModel model =
          OnnxModel.load(file, application.catalog().preferredBackend(reason -> {}), Workers.ALONE);
      Map<String, OnnxTensor> arrays = new LinkedHashMap<>();
      inputs.forEach((name, path) -> arrays.put(name, NumpyFiles.read(path)));
      PrintWriter out = spec.commandLine().getOut();
      Map<String, OnnxValue> outputs;
      if (stream || !states.isEmpty()) {
        OnnxStream steps = states.isEmpty() ? OnnxStream.of(model) : OnnxStream.of(model, states);
        steps.states().forEach((in, to) -> line(out, formatted("state: %s <- %s", in, to)));
        outputs = OnnxSequence.run(model, steps, arrays);
      } else {
        outputs = model.run(arrays);
      }
      write(outputs, out);
      return ExitCode.OK;
    }

    private void write(Map<String, OnnxValue> outputs, PrintWriter out) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new OnnxException(
            formatted("cannot make the folder %s: %s", folder, Printable.quote(e.getMessage())), e);
      }
      Set<String> taken = new HashSet<>();
      outputs.forEach((name, value) -> {
        if (!(value instanceof OnnxTensor tensor) || tensor.type() == ElementType.STRING) {
          line(out, formatted("%s: %s, not written", name, value.describe()));
          return;
        }
        Path to = folder.resolve(distinct(fileName(name), taken) + ".npy");
        NumpyFiles.write(to, tensor);
        line(out, formatted("%s: %s, written to %s", name, tensor.describe(), to));
      });
    }

    /** A name that no other output has, on systems that ignore case, too. */
    private static String distinct(String name, Set<String> taken) {
      String free = name;
      for (int n = 2; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
        free = formatted("%s_%d", name, n);
      }
      return free;
    }

    /** A name from a file as the name of a file: letters, digits and a few marks. */
    private static String fileName(String name) {
      String plain = name.replaceAll("[^A-Za-z0-9_.-]", "_");
      String start = plain.startsWith(".") ? "_" + plain : plain;
      return start.isEmpty() ? "output" : start.substring(0, Math.min(start.length(), 100));
    }
  }

  /** The layers that an import would make of a graph; null if it is not a chain of them. */
  private static @Nullable List<String> layers(OnnxModel model) {
    try {
      return model.chain().links().stream().map(link -> link.spec().name()).toList();
    } catch (OnnxException e) {
      return null; // the import says which node is not part of a chain
    }
  }

  /** What {@code comporta inspect} prints of an ONNX file. */
  static void inspect(OnnxModel model, long bytes, boolean json, PrintWriter out)
      throws IOException {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("file", model.name());
      object.put("kind", "onnx");
      object.put("bytes", bytes);
      object.put("producer", model.producer());
      object.put("operator_sets", model.operatorSets());
      object.put("inputs", model.inputs().stream().map(OnnxPort::describe).toList());
      object.put("outputs", model.outputs().stream().map(OnnxPort::describe).toList());
      object.put("states", OnnxStream.statesOf(model));
      object.put("layers", layers(model));
      object.put("operators", model.operators());
      object.put("metadata", model.metadata());
      out.println(Json.line(object));
      return;
    }
    line(
        out,
        formatted(
            "%s: an ONNX model, %,d bytes, written by %s",
            model.name(),
            bytes,
            model.producer().isEmpty() ? "an unnamed tool" : model.producer()));
    model
        .operatorSets()
        .forEach((domain, version) ->
            line(
                out,
                formatted("operator set: %s%d", domain.isEmpty() ? "" : domain + " ", version)));
    model.inputs().forEach(port -> line(out, "input " + port.describe()));
    model.outputs().forEach(port -> line(out, "output " + port.describe()));
    OnnxStream.statesOf(model).forEach((in, to) -> line(out, formatted("state: %s <- %s", in, to)));
    List<String> layers = layers(model);
    line(
        out,
        layers == null
            ? "layers: none; the file runs as a graph"
            : "layers: " + String.join(" > ", layers));
    List<String> operators = new ArrayList<>();
    model.operators().forEach((name, count) -> operators.add(formatted("%s %d", name, count)));
    line(out, "operators: " + String.join(", ", operators));
    line(out, formatted("nodes to run: %d", model.nodesToRun()));
    model
        .metadata()
        .forEach((key, value) -> line(out, formatted("%s: %s", key, Printable.quote(value))));
  }
}
