package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.peers.Library;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C++ peer with a stand-in for RTNeural's sources. */
class RtNeuralPeerTest {
  @TempDir private Path folder;

  private static BenchSettings settings(@Nullable Path sources) {
    Pattern rows = Pattern.compile("^lstm-(i1-h20|h64)-t1-b1$");
    return new BenchSettings(rows, 1, List.of(Library.RTNEURAL), null, 0.02, sources);
  }

  private static boolean hasCompiler() {
    try {
      return new ProcessBuilder(System.getenv().getOrDefault("CXX", "c++"), "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Equal outputs are asserted for each row; without a compiler, the user is told what to do. */
  @Tag("full")
  @Test
  void streamsGiveTheSameAsTheProgram() throws URISyntaxException {
    Path sources =
        Path.of(
            Objects.requireNonNull(RtNeuralPeerTest.class.getResource("rtneural/RTNeural"))
                .toURI());
    BenchSettings settings = settings(Objects.requireNonNull(sources.getParent()));
    if (!hasCompiler()) {
      assertThatThrownBy(() -> Bench.run(settings, _ -> {}))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("expected a C++ compiler named");
      return;
    }
    List<String> progress = new ArrayList<>();

    BenchReport report = Bench.run(settings, progress::add);

    assertThat(report.failures()).isEmpty();
    assertThat(report.rows())
        .extracting(Row::workload)
        .containsExactly("lstm-i1-h20-t1-b1"); // H 64 is not compiled
    assertThat(report.rows()).extracting(Row::peer).containsOnly("rtneural-stl");
    assertThat(report.rows()).allSatisfy(row -> assertThat(row.others()).isPositive());
    assertThat(progress).contains("compiling RTNeural, backend stl");
  }

  @Test
  void sourcesThatCannotBeUsed() throws IOException {
    assertThatThrownBy(() -> Bench.run(settings(folder), _ -> {}))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("it has no RTNeural/RTNeural.h");
    Files.createDirectory(folder.resolve("RTNeural"));
    Files.writeString(folder.resolve("RTNeural/RTNeural.h"), "#error not these\n");
    assertThatThrownBy(() -> Bench.run(settings(folder), _ -> {}))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(hasCompiler() ? "not these" : "expected a C++ compiler");
    assertThatThrownBy(() -> settings(null))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("--peers=rtneural --rtneural DIR");
  }
}
