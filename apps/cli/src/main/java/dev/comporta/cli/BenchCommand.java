package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.Bench;
import dev.comporta.benchmarks.BenchReport;
import dev.comporta.benchmarks.BenchSettings;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.inference.compute.ComputeFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
      "Progress goes to standard error, the table or JSON object to standard output."
    })
final class BenchCommand implements Callable<Integer> {
  /** Where the launcher built the peers. */
  static final String PEERS_FOLDER = "comporta.peers";

  private static final int LONGEST_FILTER = 1000;
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
      description = "compare with " + ALL + " (default: all); the first time builds them")
  private List<Library> peers = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of every library (default: all processors)")
  private int threads = ComputeFactory.defaultThreads();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "time to measure each side of a row (default: ${DEFAULT-VALUE})")
  private double seconds = 2;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    BenchReport report =
        Bench.run(
            new BenchSettings(pattern(), threads, peers, peersFolder(), seconds),
            line -> {
              err.println(line);
              err.flush();
            });
    spec.commandLine().getOut().println(json ? report.json() : report.table());
    return report.failures().isEmpty() ? 0 : ExitCodes.CHECK_FAILED;
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
      throw new TypeConversionException(formatted("expected some of %s but got '%s'", ALL, name));
    }
  }
}
