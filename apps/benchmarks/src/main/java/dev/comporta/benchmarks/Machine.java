package dev.comporta.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the figures were taken on.
 *
 * @param cpu the processor's name, as the system tells it
 * @param processors how many the JVM may use
 * @param os the system
 * @param java the virtual machine
 * @param backend what computes in ours
 * @param load the system's load average when the benchmark began: well below 1 on a quiet machine
 */
public record Machine(
    @JsonProperty String cpu,
    @JsonProperty int processors,
    @JsonProperty String os,
    @JsonProperty String java,
    @JsonProperty String backend,
    @JsonProperty double load) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Whether others were at work when the benchmark began. */
  boolean isBusy() {
    return load > processors / 4.0;
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
