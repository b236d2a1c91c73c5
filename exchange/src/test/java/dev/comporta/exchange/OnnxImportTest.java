package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.testkit.Allocation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files that claim more than they hold, and arguments that do not fit them. */
class OnnxImportTest {
  @TempDir private Path folder;

  private static byte[] message(Object... fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      int number = (int) fields[i];
      switch (fields[i + 1]) {
        case Integer value -> {
          out.write(number << 3);
          varint(out, value);
        }
        case String text -> bytes(out, number, text.getBytes(StandardCharsets.UTF_8));
        case byte[] part -> bytes(out, number, part);
        default -> throw new IllegalArgumentException();
      }
    }
    return out.toByteArray();
  }

  private static void bytes(ByteArrayOutputStream out, int number, byte[] part) {
    out.write(number << 3 | 2);
    varint(out, part.length);
    out.writeBytes(part);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 127) {
      out.write(rest & 127 | 128);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static byte[] port(String name, int... sizes) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (int size : sizes) {
      shape.writeBytes(message(1, message(1, size)));
    }
    return message(1, name, 2, message(1, message(1, 1, 2, shape.toByteArray())));
  }

  /** y = Relu(x). */
  private Path relu(int... sizes) throws Exception {
    byte[] node = message(1, "x", 2, "y", 3, "relu", 4, "Relu");
    byte[] graph = message(1, node, 2, "g", 11, port("x", sizes), 12, port("y", sizes));
    byte[] model = message(1, 8, 7, graph, 8, message(2, 13));
    return Files.write(folder.resolve("m.onnx"), model);
  }

  @Test
  void declaredSizesAllocateNothing() throws Exception {
    assertThat(Foreign.read(relu(2, 3, 4)).model().inputSize()).isEqualTo(4);
    for (int[] sizes :
        new int[][] {{1 << 20, 1 << 10, 4}, {1 << 12, 3, 1 << 12}, {1, 999999999, 1}}) {
      Path file = relu(sizes);
      long allocated =
          Allocation.least(
              1 << 20,
              4,
              () ->
                  assertThatThrownBy(() -> Foreign.read(file))
                      .isInstanceOf(ExchangeException.class)
                      .hasMessageContaining("too large to compare"));
      assertThat(allocated).isLessThan(16 << 20);
    }
  }

  @Test
  void argumentsThatDoNotFitAreRefused() throws Exception {
    Path file = relu(2, 3, 4);
    Path json = Files.writeString(folder.resolve("a.json"), "{}");
    Importer importer = new Importer(Foreign.CATALOG, "test");
    assertThatThrownBy(() -> importer.read(List.of(file), json))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("without --architecture");
    assertThatThrownBy(() -> importer.read(List.of(file, file), null))
        .hasMessageContaining("2 files are given");
  }

  /** ONNX files are found by what is in them. */
  @Test
  void theCheckCountsOnnxFilesByTheirContent() throws Exception {
    Files.move(relu(2, 3, 4), folder.resolve("model.bin"));
    Files.writeString(folder.resolve("notes.onnx"), "not a model");
    ExchangeCheck.Report report = new ExchangeCheck(Foreign.CATALOG, "test").run(folder);
    assertThat(report.onnx()).isEqualTo(1);
    assertThat(report.verdicts()).isEmpty();
  }
}
