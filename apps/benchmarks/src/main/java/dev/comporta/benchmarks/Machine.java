package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The machine that a benchmark ran on.
 *
 * @param cpu the processor's name, as reported by the system
 * @param processors the number of processors available to the JVM
 * @param os the operating system
 * @param java the virtual machine
 * @param backend Comporta's backend
 * @param load the system's load average when the benchmark began; well below 1 on an idle machine
 */
public record Machine(
    @JsonProperty String cpu,
    @JsonProperty int processors,
    @JsonProperty String os,
    @JsonProperty String java,
    @JsonProperty String backend,
    @JsonProperty double load) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Whether other processes were busy when the benchmark began. */
  boolean isBusy() {
    return load > processors / 4.0;
  }

  /** The first line of a report, without a line feed. */
  String line() {
    return formatted("%s, %d processors, %s, %s, load %.1f", cpu, processors, java, backend, load);
  }

  static Machine here(String backend) throws IOException {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        backend,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processorName() throws IOException {
    List<String> lines = Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
    for (String line : lines) {
      if (line.startsWith("model name")) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return System.getProperty("os.arch");
  }
}
