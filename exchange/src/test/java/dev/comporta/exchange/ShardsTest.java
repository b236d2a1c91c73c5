package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Shape;
import dev.comporta.exchange.Foreign.Named;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Safetensors models that are cut into files. */
class ShardsTest {
  @TempDir private Path folder;

  private static Named lstm() {
    return new Named(4)
        .with("weight_ih_l0", 8, 3)
        .with("weight_hh_l0", 8, 2)
        .with("bias_ih_l0", 8)
        .with("bias_hh_l0", 8);
  }

  private static Path write(Path file, Named arrays, String... names) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (String name : names) {
      Foreign.Array array = arrays.all.get(name);
      tensors.add(new NamedTensor(name, Shape.of(array.shape()), array.values()));
    }
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    return file;
  }

  private Path index(String first, String second) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        """
        {"metadata": {"total_size": 1}, "weight_map": {
          "weight_ih_l0": "%s", "weight_hh_l0": "%s", "bias_ih_l0": "%s", "bias_hh_l0": "%s"}}
        """
            .formatted(first, second, second, first));
  }

  @Test
  void anIndexNamesTheFilesOfAModel() throws IOException {
    Named arrays = lstm();
    write(folder.resolve("a.safetensors"), arrays, "weight_ih_l0", "bias_hh_l0");
    write(folder.resolve("b.safetensors"), arrays, "weight_hh_l0", "bias_ih_l0");
    Imported sharded = Foreign.read(index("a.safetensors", "b.safetensors"));
    Imported whole =
        Foreign.read(
            write(
                folder.resolve("w.safetensors"),
                arrays,
                "weight_ih_l0",
                "weight_hh_l0",
                "bias_ih_l0",
                "bias_hh_l0"));
    double[][] x = Foreign.sequence(5, 3);
    assertThat(Foreign.run(sharded.model(), x)).isEqualTo(Foreign.run(whole.model(), x));
    assertThatThrownBy(() -> Foreign.read(index("a.safetensors", "a.safetensors")))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("weight_hh_l0");
    assertThatThrownBy(() -> Foreign.read(index("a.safetensors", "c.safetensors")))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../b.safetensors", "/etc/passwd", "..", ".", "x/../b.safetensors", ""})
  void noFileLeavesTheFolder(String name) throws IOException {
    write(folder.resolve("a.safetensors"), lstm(), "weight_ih_l0", "bias_hh_l0");
    assertThatThrownBy(() -> Foreign.read(index("a.safetensors", name)))
        .isInstanceOf(ComportaException.class);
    Path index = index("a.safetensors", name);
    assertThatThrownBy(() -> Foreign.read(index)).hasMessageNotContaining("root:");
  }

  @Test
  void noLinkLeadsOutOfTheFolder() throws IOException {
    Named arrays = lstm();
    Path inner = Files.createDirectory(folder.resolve("inner"));
    write(folder.resolve("b.safetensors"), arrays, "weight_hh_l0", "bias_ih_l0");
    write(inner.resolve("a.safetensors"), arrays, "weight_ih_l0", "bias_hh_l0");
    Files.createSymbolicLink(inner.resolve("b.safetensors"), folder.resolve("b.safetensors"));
    Path index =
        Files.move(
            index("a.safetensors", "b.safetensors"), inner.resolve("model.safetensors.index.json"));
    assertThatThrownBy(() -> Foreign.read(index))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("outside");
  }
}
