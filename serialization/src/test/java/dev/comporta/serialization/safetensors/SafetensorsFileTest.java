package dev.comporta.serialization.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.testkit.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  private Path write(String header, byte... data) throws IOException {
    return write(header.getBytes(StandardCharsets.UTF_8), data);
  }

  private Path write(byte[] header, byte... data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(folder.resolve("file"), bytes.array());
  }

  private static ModelFileException refusal(Path path) {
    ModelFileException refusal =
        catchThrowableOfType(ModelFileException.class, () -> SafetensorsFile.open(path));
    assertThat(refusal).as("the file must be refused").isNotNull();
    assertThat(refusal.getMessage()).contains(path.toString()).doesNotContain("\n");
    return refusal;
  }

  @Test
  void everyTypeIsRead() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8 + 4 + 2 + 2 + 8 + 4 + 2 + 1 + 1 + 1);
    data.order(ByteOrder.LITTLE_ENDIAN)
        .putDouble(Math.PI)
        .putFloat(-1.5f)
        .putShort(Float.floatToFloat16(0.375f))
        .putShort((short) 0x4049) // 3.140625
        .putLong(-7)
        .putInt(1 << 30)
        .putShort((short) -300)
        .put((byte) -5)
        .put((byte) 200)
        .put((byte) 1);
    StringBuilder header = new StringBuilder("{\"__metadata__\": {\"case\": \"x\\ny\"}");
    int at = 0;
    for (Dtype dtype : Dtype.values()) {
      header.append(
          ", \"%s\": {\"dtype\": \"%s\", \"shape\": [1, 1], \"data_offsets\": [%d, %d]}"
              .formatted(dtype, dtype, at, at + dtype.bytes()));
      at += dtype.bytes();
    }
    SafetensorsFile file = SafetensorsFile.open(write(header + "}   ", data.array()));
    assertThat(file.metadata()).containsEntry("case", "x\ny").hasSize(1);
    double[] expected = {Math.PI, -1.5, 0.375, 3.140625, -7, 1 << 30, -300, -5, 200, 1};
    for (Dtype dtype : Dtype.values()) {
      String name = dtype.name();
      assertThat(file.doubles(name)).containsExactly(expected[dtype.ordinal()]);
      assertThat(file.floats(name)).containsExactly((float) expected[dtype.ordinal()]);
      if (dtype.isWhole()) {
        assertThat(file.ints(name)).containsExactly((int) expected[dtype.ordinal()]);
      } else {
        assertThatThrownBy(() -> file.ints(name))
            .isInstanceOf(ModelFileException.class)
            .hasMessageEndingWith(
                "expected integers in tensor '%s' but got %s".formatted(name, name));
      }
    }
    assertThatThrownBy(() -> file.floats("F31")).isInstanceOf(UnknownNameException.class);
  }

  @Test
  void bothReadersAgreeOnEveryReferenceCase() throws IOException {
    for (String name : new String[] {"lstm_2layer_bidirectional", "loss_ctc_mean", "lstm_wide"}) {
      Path path = folder.resolve(name);
      try (InputStream in =
          Safetensors.class.getResourceAsStream("pytorch/" + name + ".safetensors")) {
        Files.write(path, in.readAllBytes());
      }
      Safetensors other = Safetensors.pytorch(name);
      SafetensorsFile file = SafetensorsFile.open(path);
      assertThat(file.metadata()).isEqualTo(other.metadata());
      assertThat(file.tensors().keySet()).isEqualTo(other.tensors().keySet());
      other
          .tensors()
          .forEach((key, entry) -> {
            assertThat(file.tensor(key).shape()).isEqualTo(entry.shape());
            assertThat(file.doubles(key)).isEqualTo(entry.values());
            assertThat(file.floats(key)).isEqualTo(entry.floats());
          });
    }
  }

  @Test
  void scalarsAndEmptyTensorsAreRead() throws IOException {
    SafetensorsFile file =
        SafetensorsFile.open(
            write(
                """
                {"s": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
                 "e": {"dtype": "F32", "shape": [3, 0], "data_offsets": [4, 4]}}\
                """,
                (byte) 0,
                (byte) 0,
                (byte) 0x80,
                (byte) 0x3f));
    assertThat(file.tensor("s").shape()).isEqualTo(Shape.of());
    assertThat(file.floats("s")).containsExactly(1f);
    assertThat(file.floats("e")).isEmpty();
    assertThat(SafetensorsFile.open(write("{}")).tensors()).isEmpty();
  }

  @Test
  void everyCutIsRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            write(
                "{\"a\": {\"dtype\": \"U8\", \"shape\": [3], \"data_offsets\": [0, 3]}}",
                (byte) 1,
                (byte) 2,
                (byte) 3));
    for (int length = 0; length < whole.length; length++) {
      refusal(Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length)));
    }
    refusal(Files.write(folder.resolve("longer"), Arrays.copyOf(whole, whole.length + 1)));
  }

  @Test
  void aFileThatShrinksAfterItWasOpenedIsCut() throws IOException {
    Path path =
        write(
            "{\"a\": {\"dtype\": \"U8\", \"shape\": [3], \"data_offsets\": [0, 3]}}",
            (byte) 1,
            (byte) 2,
            (byte) 3);
    SafetensorsFile file = SafetensorsFile.open(path);
    Files.write(path, Arrays.copyOf(Files.readAllBytes(path), 60));
    assertThatThrownBy(() -> file.ints("a"))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("became shorter while it was being read");
  }

  static Stream<Arguments> claims() {
    return Stream.of(
        Arguments.of("[]", "the header expected an object in its header but got START_ARRAY"),
        Arguments.of("{} {}", "its header continues after the JSON object"),
        Arguments.of("{\"a\": 1}", "tensor 'a' expected an object in its header"),
        Arguments.of("{\"a\": {}}", "tensor 'a' expected a dtype, a shape and two data_offsets"),
        Arguments.of(
            tensor("U8", "[2]", "[0, 3]"), "needs 2 bytes but its data_offsets are 0 to 3"),
        Arguments.of(tensor("U8", "[5]", "[0, 5]"), "but its data_offsets are 0 to 5 of 3"),
        Arguments.of(tensor("U8", "[3]", "[3, 0]"), "but its data_offsets are 3 to 0 of 3"),
        Arguments.of(tensor("U8", "[-3]", "[0, 3]"), "expected numbers of 0 or more but got -3"),
        Arguments.of(tensor("U8", "[3.0]", "[0, 3]"), "expected a list of integers"),
        Arguments.of(tensor("U8", "[\"3\"]", "[0, 3]"), "expected a list of integers"),
        Arguments.of(tensor("U8", "[99999999999999999999]", "[0, 3]"), "out of range of"),
        Arguments.of(
            tensor("F64", "[4294967296, 4294967296]", "[0, 0]"),
            "has the shape [4294967296, 4294967296], which is more than one tensor can hold"),
        Arguments.of(
            tensor("U8", "[0, 4294967296]", "[0, 0]"),
            "has the shape [0, 4294967296], which is more than one tensor can hold"),
        Arguments.of(
            tensor("U8", "[1, 1, 1, 1, 1, 1, 1, 1, 3]", "[0, 3]"),
            "tensor 'a', shape, expected at most 8 numbers but got more"),
        Arguments.of(
            tensor("U8", "[3]", "[0, 3, 3]"),
            "tensor 'a', data_offsets, expected at most 2 numbers but got more"),
        Arguments.of(tensor("F8", "[3]", "[0, 3]"), "has the dtype 'F8'; expected one of [F64,"),
        Arguments.of(tensor("U8", "[2]", "[0, 2]"), "its tensors end at byte 2 of the data"),
        Arguments.of(tensor("U8", "[2]", "[1, 3]"), "begins at byte 1 of the data"),
        Arguments.of(
            "{\"a\": {\"dtype\": \"U8\", \"shape\": [3], \"data_offsets\": [0, 3]},"
                + " \"b\": {\"dtype\": \"U8\", \"shape\": [2], \"data_offsets\": [1, 3]}}",
            "tensor 'b' begins at byte 1 of the data but the previous tensor ends at 3"),
        Arguments.of(
            "{\"a\": {\"dtype\": \"U8\", \"shape\": [3], \"data_offsets\": [0, 3], \"class\": 1}}",
            "tensor 'a' has a field 'class'"),
        Arguments.of(
            "{\"a\": {\"dtype\": \"U8\", \"dtype\": \"U8\", \"shape\": [3], \"data_offsets\": [0, 3]}}",
            "Duplicate"),
        Arguments.of(
            "{\"__metadata__\": {\"a\": 1}}", "__metadata__ expected an object of strings"),
        Arguments.of("{\"__metadata__\": {\"a\": {\"b\": {\"c\": {\"d\": {}}}}}}", "expected"),
        Arguments.of("{\"a\": {\"shape\": [[[[[[3]]]]]]}}", "expected a list of integers"),
        Arguments.of("{\"a", "its header cannot be parsed as JSON"),
        Arguments.of("{\"a\u001b[2J\": 1}", "its header cannot be parsed as JSON"));
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"a\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": %s}}"
        .formatted(dtype, shape, offsets);
  }

  @ParameterizedTest
  @MethodSource("claims")
  void aHeaderThatContradictsTheFileIsRefused(String header, String sentence) throws IOException {
    ModelFileException refusal = refusal(write(header, (byte) 1, (byte) 2, (byte) 3));
    assertThat(refusal.problem()).isEqualTo(Problem.INVALID);
    assertThat(refusal).hasMessageContaining(sentence);
  }

  @Test
  void aHugeHeaderIsRefusedBeforeItIsRead() throws IOException {
    for (long length : new long[] {-1, 1, 100_000_001, 1L << 40, Long.MIN_VALUE, 100_000_000}) {
      ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      ModelFileException refusal = refusal(Files.write(folder.resolve("file"), bytes.array()));
      assertThat(refusal.getMessage()).contains(Long.toUnsignedString(length));
    }
  }

  @Test
  void whatIsNoFileIsNamed() {
    assertThat(refusal(folder.resolve("absent")).problem()).isEqualTo(Problem.MISSING);
    assertThat(refusal(folder)).hasMessageContaining("it is a folder");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    byte[] header = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    assertThat(refusal(write(header))).hasMessageContaining("its header is not UTF-8");
  }

  @Test
  void eightAxesAreRead() throws IOException {
    SafetensorsFile file =
        SafetensorsFile.open(
            write(
                tensor("U8", "[1, 1, 1, 1, 1, 1, 1, 3]", "[0, 3]"), (byte) 1, (byte) 2, (byte) 3));
    assertThat(file.tensor("a").shape().rank()).isEqualTo(8);
    assertThat(file.ints("a")).containsExactly(1, 2, 3);
  }

  @Test
  void moreEntriesThanAnyFileHasUseForAreRefused() throws IOException {
    StringBuilder tensors = new StringBuilder("{");
    StringBuilder metadata = new StringBuilder("{\"__metadata__\": {");
    for (int i = 0; i <= 1 << 16; i++) {
      String comma = i == 0 ? "" : ",";
      tensors
          .append(comma)
          .append("\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}".formatted(i));
      metadata.append(comma).append("\"%d\":\"\"".formatted(i));
    }
    assertThat(refusal(write(tensors.append('}').toString())))
        .hasMessageContaining("its header has more than 65536 tensors, which is the limit");
    assertThat(refusal(write(metadata.append("}}").toString())))
        .hasMessageContaining("its header has more than 65536 entries of metadata");
  }
}
