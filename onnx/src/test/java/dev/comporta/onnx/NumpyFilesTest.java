package dev.comporta.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumpyFilesTest {
  @TempDir private Path folder;

  private Path bytes(String order, String shape, int count) throws Exception {
    String header =
        "{'descr': '|u1', 'fortran_order': %s, 'shape': (%s), }\n".formatted(order, shape);
    StringBuilder text = new StringBuilder("\u0093NUMPY\u0001\0");
    text.append((char) header.length()).append('\0').append(header);
    for (int i = 0; i < count; i++) {
      text.append((char) i);
    }
    return Files.write(folder.resolve("a.npy"), text.toString().getBytes(ISO_8859_1));
  }

  @Test
  void axesOfEitherOrderAreRead() throws Exception {
    OnnxTensor rows = NumpyFiles.read(bytes("False", "2, 3", 6));
    assertThat(rows.type()).isEqualTo(ElementType.UINT8);
    assertThat(rows.longs()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(NumpyFiles.read(bytes("True", " 2 , 3 ,", 6)).longs())
        .containsExactly(0, 2, 4, 1, 3, 5);
    assertThat(NumpyFiles.read(bytes("False", "", 1)).sizes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2,|expected numbers or truth values but its header is",
        "1,,2|expected numbers or truth values but its header is",
        "4294967298,|expected numbers or truth values but its header is",
        "3,|its shape [3] of uint8 does not fit the 2 bytes of data"
      })
  void shapesAreSizesBetweenCommas(String shape, String message) throws Exception {
    Path file = bytes("False", shape, 2);
    assertThatThrownBy(() -> NumpyFiles.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining(message);
  }
}
