package dev.comporta.benchmarks.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a service has paid when it gives its first answer.
 *
 * @param seconds since the start of the JVM
 * @param megabytes resident memory of the process; 0 where the system does not tell
 * @param answer the first number of the answer
 */
public record Answered(double seconds, double megabytes, float answer) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** This process, now. */
  public static Answered now(float answer) throws IOException {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return new Answered((System.currentTimeMillis() - started) / 1e3, resident(), answer);
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

  /** One line that {@link #parse} reads. */
  @Override
  public String toString() {
    return seconds + " " + megabytes + " " + answer;
  }

  /**
   * What another process printed.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Answered parse(String line) {
    String[] words = line.strip().split(" ", -1);
    if (words.length != 3) {
      throw new IllegalArgumentException(
          "[benchmarks] expected 'SECONDS MEGABYTES ANSWER' but got '%s'".formatted(line));
    }
    return new Answered(
        Double.parseDouble(words[0]), Double.parseDouble(words[1]), Float.parseFloat(words[2]));
  }
}
