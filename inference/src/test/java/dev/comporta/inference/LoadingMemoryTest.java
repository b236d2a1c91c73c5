package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of a mapped file takes its size in the heap once; one that is read takes it at most four
 * times, and a few MiB.
 */
class LoadingMemoryTest {
  private static final int MEBIBYTES = 32;
  private static final int FEW = 16;

  @TempDir private Path folder;

  /** Opens a model, reads its weights and prints how many they are. */
  static final class Open {
    private Open() {}

    public static void main(String[] arguments) {
      try (LoadedModel model = Models.load(Path.of(arguments[0]))) {
        model.readWeights();
        System.out.print(model.network().parameters().count());
      }
    }
  }

  /** Loads a model and prints how many parameters it has. */
  static final class Load {
    private Load() {}

    public static void main(String[] arguments) {
      Path file = Path.of(arguments[0]);
      SequenceModel model = Models.build(ModelFiles.read(file), file.toString(), Catalog.load());
      System.out.print(model.parameters().count());
    }
  }

  @Test
  void loadingTakesAFewTimesTheFile() throws Exception {
    Spec spec =
        Spec.of("sequential")
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", MEBIBYTES << 8).with("size", 1024)));
    SequenceModel model = SequenceModel.build(spec, Catalog.load());
    Path file = folder.resolve("large.comporta");
    ModelFiles.write(
        file,
        ModelFile.of(spec, model.parameters(), Provenance.of("0", 1, "", "", Spec.of("none"))));
    assertThat(Files.size(file)).isBetween((long) MEBIBYTES << 20, (MEBIBYTES + 1L) << 20);
    String count = Integer.toString(model.parameters().count());
    assertThat(run(Load.class, 4 * MEBIBYTES + FEW, file)).isEqualTo(count);
    assertThat(run(Open.class, 2 * MEBIBYTES, file))
        .as("no room for a second copy")
        .isEqualTo(count);
  }

  private static String run(Class<?> main, int heap, Path file) throws Exception {
    String path =
        Stream.of("java.class.path", "jdk.module.path")
            .map(System::getProperty)
            .filter(Objects::nonNull)
            .collect(Collectors.joining(File.pathSeparator));
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx%dm".formatted(heap),
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                path + File.pathSeparator + Path.of("target", "test-classes").toAbsolutePath(),
                main.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).isZero();
    return printed;
  }
}
