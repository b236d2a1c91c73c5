package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of every format can be read. Each was written by the first code that wrote its format as it
 * was released. Format 2 was changed before any release (decision 24). If a test fails, the code is
 * wrong, not the file.
 */
class GoldenFileTest {
  private static final Pattern DUMP_LINE =
      Pattern.compile("^    [0-9a-f]{8}  ((?:[0-9a-f]{2} ?){1,16})", Pattern.MULTILINE);

  @TempDir Path folder;

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenFileTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  @Test
  void modelOfFormat1() throws IOException {
    Path path = Files.write(folder.resolve("m"), golden("model-format-1.bin"));
    assertThat(ModelFiles.read(path)).isEqualTo(Samples.tiny());
    assertThat(ModelFiles.map(path)).isEqualTo(Samples.tiny());
    assertThat(ModelFiles.describe(path).format()).isEqualTo(1);
    Crafted.writeFormat1(path, Samples.tiny(), null);
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("model-format-1.bin"));
  }

  @Test
  void checkpointOfFormat1() throws IOException {
    Path path = Files.write(folder.resolve("c"), golden("checkpoint-format-1.bin"));
    assertThat(Checkpoints.read(path)).isEqualTo(Samples.checkpoint());
    Crafted.writeFormat1(path, Samples.checkpoint().model(), Samples.checkpoint());
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("checkpoint-format-1.bin"));
  }

  @Test
  void modelOfFormat2() throws IOException {
    Path path = Files.write(folder.resolve("m"), golden("model-format-2.bin"));
    for (ModelFile model : List.of(ModelFiles.read(path), ModelFiles.map(path))) {
      assertThat(model.tensors())
          .containsExactly(
              Samples.tiny().tensors().getFirst(),
              // The scales are 1/64, 2 and 0, the bytes 127 1 0 and -64 -127 0.
              new NamedTensor("W", Shape.of(2, 3), new float[] {127 / 64f, 2, 0, -1, -254, 0}),
              new NamedTensor("h", Shape.of(3), new float[] {1, -0.099975586f, 65504}),
              new NamedTensor("u", Shape.of(), new float[] {3.140625f}));
      assertThat(model.tensors())
          .extracting(NamedTensor::type)
          .containsExactly(ElementType.F32, ElementType.I8, ElementType.F16, ElementType.BF16);
      assertThat(model.provenance()).isEqualTo(Samples.typed().provenance());
    }
    assertThat(ModelFiles.describe(path).format()).isEqualTo(2);
    ModelFiles.write(path, Samples.typed());
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("model-format-2.bin"));
    ModelFiles.write(path, ModelFiles.read(path)); // in the types that it was read from
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("model-format-2.bin"));
  }

  @Test
  void checkpointOfFormat2() throws IOException {
    Path path = Files.write(folder.resolve("c"), golden("checkpoint-format-2.bin"));
    assertThat(Checkpoints.read(path)).isEqualTo(Samples.checkpoint());
    Checkpoints.write(path, Samples.checkpoint());
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("checkpoint-format-2.bin"));
  }

  @Test
  void aMissingProviderIsNamedWithItsJar() {
    Provenance provenance =
        Samples.PROVENANCE.withProviders(
            List.of(
                new Provenance.Provider("loss", "log-cosh", "plugin-1.0.jar", "1.0"),
                new Provenance.Provider("task", "char-lm", "", "")));
    Catalog catalog = Catalog.of(List.of()); // has losses, but no tasks
    assertThatThrownBy(() -> provenance.requireProviders("a.comporta", catalog))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "a.comporta was trained with the loss 'log-cosh' from plugin-1.0.jar (version 1.0), which is not installed here; load it with --plugins plugin-1.0.jar");
    Provenance nameless =
        Samples.PROVENANCE.withProviders(
            List.of(new Provenance.Provider("loss", "log-cosh", "", "")));
    assertThatThrownBy(() -> nameless.requireProviders("a.comporta", catalog))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "a.comporta was trained with the loss 'log-cosh' from an unknown jar, which is not installed here; load it with --plugins PATH");
    Samples.PROVENANCE.requireProviders("a.comporta", catalog);
  }

  @Test
  void descriptionOfTheFormatShowsThisFile() throws IOException {
    String document =
        Files.readString(
            Path.of(System.getProperty("basedir", ""), "..", "docs", "formats", "model-file.md"));
    String hex =
        DUMP_LINE
            .matcher(document)
            .results()
            .map(match -> match.group(1).replace(" ", ""))
            .collect(Collectors.joining());
    assertThat(hex).isEqualTo(HexFormat.of().formatHex(golden("model-format-2.bin")));
  }
}
