package dev.comporta.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code comporta --version} prints: this build and the Java that runs it. */
final class BuildVersion implements IVersionProvider {
  private static final String RESOURCE = "build.properties";

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "comporta " + version(),
      "java " + Runtime.version() + ", " + System.getProperty("java.vm.name"),
    };
  }

  /** How the user started Comporta, as the launcher tells: for hints that can be typed again. */
  static String command() {
    return System.getProperty("comporta.command", "comporta");
  }

  /** Returns the version of this build, as Maven wrote it into the jar. */
  static String version() throws IOException {
    try (InputStream in = BuildVersion.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("The jar of dev.comporta.cli lacks its resource " + RESOURCE + ".");
      }
      Properties build = new Properties();
      build.load(in);
      return build.getProperty("version");
    }
  }
}
