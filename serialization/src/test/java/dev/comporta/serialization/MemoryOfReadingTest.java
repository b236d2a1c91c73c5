package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much memory a file takes for its size. */
class MemoryOfReadingTest {
  private static final int MEBIBYTES = 64;

  @TempDir private Path folder;

  /** Reads or describes a file and prints how many parameters it has. */
  static final class Read {
    private Read() {}

    public static void main(String[] arguments) {
      Path file = Path.of(arguments[1]);
      System.out.print(
          arguments[0].equals("read")
              ? ModelFiles.read(file).tensors().stream().mapToLong(t -> t.shape().count()).sum()
              : ModelFiles.describe(file).parameterCount());
    }
  }

  @Test
  void aModelTakesItsSizeAndItsDescriptionNone() throws Exception {
    Path file = folder.resolve("large");
    List<NamedTensor> tensors = new ArrayList<>();
    int count = 1 << 18; // a mebibyte
    for (int i = 0; i < MEBIBYTES; i++) {
      tensors.add(new NamedTensor("t" + i, Shape.of(count), new float[count]));
    }
    ModelFile tiny = Samples.tiny();
    ModelFiles.write(
        file, new ModelFile(tiny.spec(), tensors, List.of(), tiny.provenance(), Map.of()));
    String parameters = Integer.toString(MEBIBYTES * count);
    assertThat(read("describe", 16, file)).isEqualTo(parameters);
    assertThat(read("read", 2 * MEBIBYTES, file)).isEqualTo(parameters);
  }

  private static String read(String how, int heap, Path file) throws Exception {
    Process child =
        ChildJvm.start(
            Read.class,
            List.of("-Xmx%dm".formatted(heap), "-XX:+UseSerialGC"),
            how,
            file.toString());
    try {
      return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      assertThat(child.waitFor()).isZero();
    }
  }
}
