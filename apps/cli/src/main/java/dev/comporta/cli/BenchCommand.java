package dev.comporta.cli;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.Bench;
import dev.comporta.benchmarks.BenchReport;
import dev.comporta.benchmarks.BenchSettings;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.frame.compute.ComputeFactory;
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

/** {@code comporta bench}: measures workloads here, or beside other libraries. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measure training, inference and kernels, ours alone or beside other libraries.",
      "Progress goes to standard error, the table or JSON object to standard output."
    })
final class BenchCommand implements Callable<Integer> {
  /** Where the launcher built the peers. */
  static final String PEERS_FOLDER = "comporta.peers";

  private static final String ALL = "libtorch,onnxruntime,onnxruntime-map,dl4j";

  @Spec private CommandSpec spec;

  @Option(
      names = "--filter",
      paramLabel = "REGEX",
      description =
          "measure the rows whose name it finds, such as char-lstm or t1-b1 (default: all)")
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
      description = "measured time for each side of a row (default: ${DEFAULT-VALUE})")
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
    try {
      return Pattern.compile(filter);
    } catch (PatternSyntaxException e) {
      throw new InvalidOptionException(
          "[bench] expected a regular expression for --filter but got '%s': %s"
              .formatted(filter, e.getDescription()));
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
      throw new TypeConversionException("expected some of %s but got '%s'".formatted(ALL, name));
    }
  }
}
