package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.Baseline;
import dev.comporta.benchmarks.Bench;
import dev.comporta.benchmarks.BenchReport;
import dev.comporta.benchmarks.BenchSettings;
import dev.comporta.benchmarks.ModelBench;
import dev.comporta.benchmarks.ModelReport;
import dev.comporta.benchmarks.ModelSettings;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.inference.compute.ComputeFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code comporta bench}: measures workloads, alone or compared with other libraries. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Benchmark training, inference and kernels: Comporta alone, or compared with other libraries.",
      "Progress goes to standard error, the table or JSON object to standard output.",
      "The output of --json is a baseline for --compare. A row is slower than the baseline if its"
          + " median time has grown by more than the spreads of both measurements together, and by"
          + " more than the tolerance; the exit code is then 3."
    })
final class BenchCommand implements Callable<Integer> {
  /** Where the launcher built the peers. */
  static final String PEERS_FOLDER = "comporta.peers";

  private static final int LONGEST_FILTER = 1000;
  private static final double USUAL_TOLERANCE = 3;
  private static final String ALL = "libtorch,onnxruntime,onnxruntime-map,dl4j";

  @Spec private CommandSpec spec;

  @Option(
      names = "--filter",
      paramLabel = "REGEX",
      description =
          "measure only the rows whose name matches, such as char-lstm or t1-b1 (default: all)")
  private String filter = "";

  @Option(
      names = "--peers",
      arity = "0..1",
      fallbackValue = ALL,
      split = ",",
      paramLabel = "NAME",
      converter = LibraryByName.class,
      description =
          "compare with "
              + ALL
              + " (default: all of them; the first time builds them) or rtneural, which needs"
              + " --rtneural")
  private List<Library> peers = List.of();

  @Option(
      names = "--rtneural",
      paramLabel = "DIR",
      description =
          "with --peers=rtneural: a checkout of RTNeural with its submodules, which is compiled"
              + " with c++ or the compiler that the variable CXX names")
  private @Nullable Path rtneural;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads of every library (default: all processors; with --models, one and then two)")
  private @Nullable Integer threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "time to measure each side of a row (default: ${DEFAULT-VALUE})")
  private double seconds = 2;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "compare the rows with those of a baseline, the output of an earlier --json")
  private @Nullable Path baselineFile;

  @Option(
      names = "--tolerance",
      paramLabel = "PERCENT",
      description =
          "with --compare: the least change that counts, for example because the JVM compiles"
              + " differently at each start (default: 3)")
  private @Nullable Double tolerance;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "instead of the workloads, measure the ONNX files of a folder: those that its index.txt"
              + " names, or all below it; with --peers=onnxruntime, compare outputs and times")
  private @Nullable Path models;

  @Option(
      names = "--size",
      paramLabel = "AXIS=N",
      description =
          "with --models: the size of a dynamic axis, or of axis M of an input as INPUT.M;"
              + " repeatable (default: 1 for batches, 16 for others)")
  private Map<String, Integer> sizes = new LinkedHashMap<>();

  @Option(
      names = "--value",
      paramLabel = "INPUT=V",
      description = "with --models: a number that fills an input; repeatable (default: random)")
  private Map<String, Double> values = new LinkedHashMap<>();

  @Option(
      names = "--state",
      paramLabel = "INPUT=OUTPUT",
      description = "with --models: an input and an output that are a state; repeatable")
  private Map<String, String> states = new LinkedHashMap<>();

  @Option(names = "--stateless", description = "with --models: feed no state back")
  private boolean stateless;

  @Override
  public Integer call() {
    int all = threads == null ? ComputeFactory.defaultThreads() : threads;
    BenchSettings settings =
        new BenchSettings(pattern(), all, peers, peersFolder(), seconds, rtneural);
    if (models != null) {
      if (baselineFile != null || tolerance != null) {
        throw new InvalidOptionException(
            "[bench] --compare and --tolerance are for the workloads; leave out --models");
      }
      return models(models, settings);
    }
    if (!sizes.isEmpty() || !values.isEmpty() || !states.isEmpty() || stateless) {
      throw new InvalidOptionException(
          "[bench] --size, --value, --state and --stateless are for ONNX files; name them with --models");
    }
    double least = leastChange();
    Baseline baseline = baselineFile == null ? null : Baseline.read(baselineFile);
    BenchReport report = Bench.run(settings, this::progress);
    if (baseline != null) {
      baseline.difference(report.machine(), report.threads()).ifPresent(this::progress);
      report = report.since(baseline, least);
    }
    spec.commandLine().getOut().println(json ? report.json() : report.table());
    return report.passes() ? 0 : ExitCodes.CHECK_FAILED;
  }

  private double leastChange() {
    if (tolerance == null) {
      return USUAL_TOLERANCE / 100;
    }
    if (baselineFile == null) {
      throw new InvalidOptionException(
          "[bench] --tolerance is for changes since a baseline; name one with --compare FILE");
    }
    if (!(tolerance >= 0 && tolerance <= 1000)) {
      throw new InvalidOptionException(
          formatted("[bench] expected --tolerance from 0 to 1000 percent but got %s", tolerance));
    }
    return tolerance / 100;
  }

  private Integer models(Path folder, BenchSettings settings) {
    ModelReport report =
        ModelBench.run(
            ModelSettings.of(
                settings,
                folder,
                threads == null ? List.of(1, 2) : List.of(threads),
                sizes,
                values,
                states,
                stateless),
            this::progress);
    spec.commandLine().getOut().println(json ? report.json() : report.table());
    return report.failures().isEmpty() ? 0 : ExitCodes.CHECK_FAILED;
  }

  private void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private Pattern pattern() {
    if (filter.length() > LONGEST_FILTER) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected at most %d characters for --filter but got %d",
              LONGEST_FILTER, filter.length()));
    }
    try {
      return Pattern.compile(filter);
    } catch (PatternSyntaxException e) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected a regular expression for --filter but got '%s': %s",
              filter, e.getDescription()));
    }
  }

  private static @Nullable Path peersFolder() {
    String folder = System.getProperty(PEERS_FOLDER);
    return folder == null ? null : Path.of(folder);
  }

  /** A library by the name that tables give it. */
  static final class LibraryByName implements ITypeConverter<Library> {
    @Override
    public Library convert(String name) {
      for (Library library : Library.values()) {
        if (library.label().equals(name.strip().toLowerCase(Locale.ROOT))) {
          return library;
        }
      }
      throw new TypeConversionException(
          formatted("expected some of %s,rtneural but got '%s'", ALL, name));
    }
  }
}
