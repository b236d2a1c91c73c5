package dev.comporta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void readsEveryType() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(0.1f).putDouble(-0.2).putLong(7).putLong(-9);
    Safetensors read =
        Safetensors.read(
            file(
                """
                {"__metadata__": {"case": "{\\"kind\\": \\"clip\\", \\"sizes\\": [2, 3]}"},
                 "f": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
                 "d": {"dtype": "F64", "shape": [1, 1], "data_offsets": [4, 12]},
                 "l": {"dtype": "I64", "shape": [2], "data_offsets": [12, 28]}}\
                """,
                data.array()));

    assertThat(read.tensor("f").scalar()).isEqualTo((double) 0.1f);
    assertThat(read.tensor("f").shape()).isEqualTo(Shape.of());
    assertThat(read.tensor("d").values()).containsExactly(-0.2);
    assertThat(read.tensor("d").shape()).isEqualTo(Shape.of(1, 1));
    assertThat(read.tensor("l").ints()).containsExactly(7, -9);
    assertThat(read.describedCase()).isEqualTo(Map.of("kind", "clip", "sizes", List.of(2, 3)));
  }

  @Test
  void reportsMalformedFiles() throws IOException {
    refuses("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}")
        .hasMessageContaining("expected [3] of F32 for 'a' but its bytes are 0 to 8 of 8");
    refuses("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 12]}}")
        .hasMessageContaining("0 to 12 of 8");
    refuses("{\"a\": {\"dtype\": \"BF16\", \"shape\": [4], \"data_offsets\": [0, 8]}}")
        .hasMessageContaining("expected F32, F64 or I64 but 'a' is BF16");
    refuses("{\"a\": 1}").hasMessageContaining("expected an object for 'a' but got 1");
    refuses("{\"a\"").hasMessageContaining("expected a header in JSON");
    Path cut = Files.write(folder.resolve("cut"), new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
    assertThatThrownBy(() -> Safetensors.read(cut))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("at most 9 bytes but its length is 9");
  }

  @Test
  void findsTheReferenceCases() {
    Safetensors lstm = Safetensors.pytorch("lstm_small");
    assertThat(lstm.describedCase()).containsEntry("kind", "recurrent").containsEntry("hidden", 4);
    assertThat(lstm.tensor("weight_ih_l0").shape()).isEqualTo(Shape.of(16, 5));
    assertThatThrownBy(() -> Safetensors.pytorch("no_such_case"))
        .hasMessage(
            "[safetensors] expected a reference case but there is none named 'no_such_case'");
    assertThatThrownBy(() -> lstm.tensor("nothing")).hasMessageContaining("'nothing'");
  }

  @Test
  void relativeErrorIsTheNormOfTheDifference() {
    assertThat(RelativeError.of(new float[] {3, 5}, new double[] {3, 4})).isEqualTo(0.2);
    assertThat(RelativeError.of(new float[] {0, 2}, new double[] {0, 0})).isEqualTo(2);
    assertThatThrownBy(
            () -> RelativeError.require("x", new float[] {Float.NaN}, new double[] {1}, 1e9))
        .isInstanceOf(AssertionError.class);
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ?> refuses(String header)
      throws IOException {
    Path path = file(header, new byte[8]);
    return assertThatThrownBy(() -> Safetensors.read(path)).isInstanceOf(ComportaException.class);
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + text.length + data.length);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text).put(data);
    return Files.write(folder.resolve("case.safetensors"), all.array());
  }
}
