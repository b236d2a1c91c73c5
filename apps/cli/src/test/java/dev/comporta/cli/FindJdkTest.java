package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search for a JDK that the wrapper and the launcher share, on folders that look like JDKs. */
class FindJdkTest {
  private static final Path SCRIPT = Path.of("..", "..", ".build", "find-jdk.sh").toAbsolutePath();

  @TempDir Path home;
  private Path jdks;

  @BeforeEach
  void folders() throws IOException {
    jdks = Files.createDirectories(home.resolve(".jdks"));
  }

  @ParameterizedTest
  @CsvSource({
    "25, 25000000",
    "25.0.3, 25000003",
    "26.1, 26001000",
    "27-ea, 27000000",
    "25.0.1.1, 25000001",
    "24.0.2, 0",
    "17.0.15, 0",
    "1.8.0_402, 0",
    "'', 0",
    "nonsense, 0",
  })
  void ranksByVersion(String version, String rank) throws Exception {
    Path jdk = jdk("one", version);

    assertThat(shell("rank_jdk '" + jdk + "'; echo $jdk_rank", null)).isEqualTo(rank);
  }

  @Test
  void aJavaWithoutCompilerIsNoJdk() throws Exception {
    Path jdk = jdk("runtime-only", "25.0.3");
    Files.delete(jdk.resolve("bin/javac"));

    assertThat(shell("rank_jdk '" + jdk + "'; echo $jdk_rank", null)).isEqualTo("0");
  }

  @Test
  void javaHomeComesFirst() throws Exception {
    Path chosen = jdk("chosen one", "25.0.1");
    jdk("newest", "99.0.1");

    assertThat(shell("find_jdk && echo $comporta_jdk", chosen)).isEqualTo(chosen.toString());
  }

  @Test
  void anOldJavaHomeIsPassedOver() throws Exception {
    Path old = jdk("old", "17.0.15");
    Path newest = jdk("newest", "99.0.1");
    jdk("newer", "98.9.9");

    assertThat(shell("find_jdk && echo $comporta_jdk", old)).isEqualTo(newest.toString());
  }

  @Test
  void theJavaOnThePathIsFollowedThroughItsLinks() throws Exception {
    Path linked = jdk("linked", "97.0.1");
    jdk("newest", "99.0.1");
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path middle = Files.createSymbolicLink(home.resolve("java-link"), linked.resolve("bin/java"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("..", middle.getFileName().toString()));

    assertThat(shell("PATH='" + bin + "':/usr/bin:/bin; find_jdk && echo $comporta_jdk", null))
        .isEqualTo(linked.toString());
  }

  @Test
  void noJdkIsOneSentence() throws Exception {
    String output = shell("rank_jdk() { jdk_rank=0; }; find_jdk || no_jdk_message", null);

    assertThat(output)
        .startsWith("Comporta needs a JDK 25 or newer")
        .contains("JAVA_HOME")
        .endsWith(".")
        .doesNotContain("\n");
  }

  private Path jdk(String name, String version) throws IOException {
    Path jdk = jdks.resolve(name);
    Path bin = Files.createDirectories(jdk.resolve("bin"));
    for (String tool : new String[] {"java", "javac"}) {
      Path file = Files.writeString(bin.resolve(tool), "#!/bin/sh\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(
        jdk.resolve("release"),
        "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"%s\"\nOS_ARCH=\"any\"\n".formatted(version));
    return jdk;
  }

  private String shell(String commands, Path javaHome) throws IOException, InterruptedException {
    // A path of its own: the java of this machine must not answer for the made-up ones.
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-euc", ". '" + SCRIPT + "'; PATH=/nowhere; " + commands);
    builder.environment().put("HOME", home.toString());
    if (javaHome == null) {
      builder.environment().remove("JAVA_HOME");
    } else {
      builder.environment().put("JAVA_HOME", javaHome.toString());
    }
    builder.redirectErrorStream(true);
    Process process = builder.start();
    byte[] output = process.getInputStream().readAllBytes();
    process.waitFor();
    return new String(output, StandardCharsets.UTF_8).strip();
  }
}
