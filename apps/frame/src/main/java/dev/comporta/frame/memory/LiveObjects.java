package dev.comporta.frame.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The objects of this JVM that are in use, counted one by one by the JVM itself: unlike the
 * occupied part of the heap, the sum does not depend on how a collector lays them out.
 */
final class LiveObjects {
  /** A line of the list: number, objects, bytes, class. */
  private static final Pattern LINE = Pattern.compile("(?m)^\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)");

  /** Objects with which collectors fill gaps. */
  private static final Pattern FILLER = Pattern.compile("\\[*L?jdk\\.internal\\.vm\\.Filler.*");

  private LiveObjects() {}

  /** Their sizes, summed, after a collection. */
  static long bytes() {
    Matcher line = LINE.matcher(histogram());
    long bytes = 0;
    while (line.find()) {
      if (!FILLER.matcher(line.group(2)).matches()) {
        bytes += Long.parseLong(line.group(1));
      }
    }
    if (bytes == 0) {
      throw new ComportaException(
          "[measure] the class histogram of this JVM has an unknown format; use an OpenJDK build");
    }
    return bytes;
  }

  private static String histogram() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new ComportaException(
          formatted(
              "[measure] this JVM cannot list its objects: %s; measure on a JDK of OpenJDK with the module jdk.management",
              e));
    }
  }
}
