package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The time and memory that a service has used when it gives its first answer.
 *
 * @param seconds the time since the start of the JVM
 * @param megabytes the resident memory of the process in MiB; 0 if unknown
 * @param answer the first number of the answer
 */
public record Answered(double seconds, double megabytes, float answer) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** The current values of this process. */
  public static Answered now(float answer) throws IOException {
    long answered = System.currentTimeMillis(); // before the classes that know the start are loaded
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return new Answered((answered - started) / 1e3, resident(), answer);
  }

  private static double resident() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    return 0;
  }

  /** One line in the format of {@link #parse}. */
  @Override
  public String toString() {
    return seconds + " " + megabytes + " " + answer;
  }

  /**
   * Parses a line printed by another process.
   *
   * @throws IllegalArgumentException if the line has another format
   */
  public static Answered parse(String line) {
    String[] words = line.strip().split(" ", -1);
    if (words.length != 3) {
      throw new IllegalArgumentException(
          formatted("[benchmarks] expected 'SECONDS MEGABYTES ANSWER' but got '%s'", line));
    }
    return new Answered(
        Double.parseDouble(words[0]), Double.parseDouble(words[1]), Float.parseFloat(words[2]));
  }
}
