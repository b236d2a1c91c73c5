package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.serialization.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values come back from each storage type as its definition says, which is written down here again.
 */
class StorageTypesTest {
  @TempDir Path folder;

  private static ModelFile of(List<NamedTensor> tensors) {
    ModelFile tiny = Samples.tiny();
    return new ModelFile(tiny.spec(), tensors, List.of(), tiny.provenance(), Map.of());
  }

  private float[] stored(float[] values, UnaryOperator<NamedTensor> type, int... shape) {
    Path path = folder.resolve("m");
    NamedTensor tensor = type.apply(new NamedTensor("t", Shape.of(shape), values));
    ModelFiles.write(path, of(List.of(tensor)));
    NamedTensor read = ModelFiles.read(path).tensors().getFirst();
    assertThat(read.type()).isEqualTo(tensor.type());
    assertThat(read.channelAxis()).isEqualTo(tensor.channelAxis());
    assertThat(ModelFiles.map(path).tensors().getFirst()).isEqualTo(read);
    assertThat(ModelFiles.describe(path).tensors().getFirst().type()).isEqualTo(tensor.type());
    return read.values();
  }

  private float[] stored(float[] values, ElementType type) {
    return stored(values, tensor -> tensor.storedAs(type), values.length);
  }

  /** IEEE 754-2008, section 3.4, in double precision: all values of binary16. */
  private static double binary16(int bits) {
    int exponent = bits >> 10 & 0x1F;
    double fraction = (bits & 0x3FF) / 1024.0;
    double magnitude =
        exponent == 0x1F
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : exponent == 0
                ? fraction * Math.pow(2, -14)
                : (1 + fraction) * Math.pow(2, exponent - 15);
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  @Test
  void everyValueOfBinary16ComesBack() throws IOException {
    byte[] all = new byte[2 << 16];
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    float[] expected = new float[1 << 16];
    for (int bits = 0; bits < 1 << 16; bits++) {
      bytes.putShort((short) bits);
      expected[bits] = (float) binary16(bits);
    }
    Path path =
        write(
            Crafted.tensor("t", 0, all.length, 1 << 16)
                .setDataType(ModelProto.DataType.DATA_TYPE_F16),
            all);
    assertThat(ModelFiles.read(path).tensors().getFirst().values()).isEqualTo(expected);
    float[] finite = new float[0x7C00];
    System.arraycopy(expected, 0, finite, 0, finite.length);
    assertThat(stored(finite, ElementType.F16)).isEqualTo(finite);
  }

  private Path write(ModelProto.Tensor.Builder tensor, byte[] data) throws IOException {
    tensor.setSha256(ByteString.copyFrom(Container.sha256().digest(data)));
    return Crafted.write(
        folder.resolve("crafted"),
        2,
        Crafted.manifest().addParameters(tensor).build().toByteArray(),
        data);
  }

  @Test
  void halvesAreTheNearestValuesWithTiesToEven() {
    double[] halves = new double[0x7C00];
    for (int bits = 0; bits < halves.length; bits++) {
      halves[bits] = binary16(bits);
    }
    Random random = new Random(3);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      int at = random.nextInt(halves.length - 1);
      double low = halves[at];
      double high = halves[at + 1];
      values[i] =
          (float) (i % 4 == 0 ? (low + high) / 2 : low + random.nextDouble() * (high - low));
      values[i] *= i % 2 == 0 ? 1 : -1;
    }
    float[] got = stored(values, ElementType.F16);
    for (int i = 0; i < values.length; i++) {
      int at = Arrays.binarySearch(halves, Math.abs((double) values[i]));
      double expected;
      if (at >= 0) {
        expected = halves[at];
      } else {
        double low = halves[-at - 2];
        double high = halves[-at - 1];
        double toLow = Math.abs((double) values[i]) - low;
        double toHigh = high - Math.abs((double) values[i]);
        boolean down = toLow < toHigh || (toLow == toHigh && -at - 2 == (-at - 2 & ~1));
        expected = down ? low : high;
      }
      assertThat(got[i]).as("%s", values[i]).isEqualTo((float) Math.copySign(expected, values[i]));
    }
  }

  @Test
  void bfloat16IsTheNearestOfTheTwoNeighbours() {
    Random random = new Random(4);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; ) {
      float value = Float.intBitsToFloat(random.nextInt() & (i % 4 == 0 ? 0xFFFF8000 : -1));
      if (Math.abs(value) < 3.38e38f) {
        values[i++] = value;
      }
    }
    float[] got = stored(values, ElementType.BF16);
    for (int i = 0; i < values.length; i++) {
      int low = Float.floatToRawIntBits(values[i]) & 0xFFFF0000;
      double down = Float.intBitsToFloat(low);
      double up = Float.intBitsToFloat(low + 0x10000); // away from zero
      double toDown = Math.abs(values[i] - down);
      double toUp = Math.abs(up - values[i]);
      boolean takesDown = toDown < toUp || (toDown == toUp && (low & 0x10000) == 0);
      assertThat((double) got[i]).as("%s", values[i]).isEqualTo(takesDown ? down : up);
    }
  }

  @Test
  void valuesThatAreNotFiniteStaySo() {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f};
    for (ElementType type : List.of(ElementType.F16, ElementType.BF16)) {
      float[] got = stored(values, type);
      assertThat(got).as("%s", type).isEqualTo(values);
      assertThat(Float.floatToRawIntBits(got[3])).isEqualTo(0x80000000);
    }
    int hidden = 0x7F800001; // a NaN whose upper half alone is infinite
    assertThat(stored(new float[] {Float.intBitsToFloat(hidden)}, ElementType.BF16)[0]).isNaN();
  }

  @Test
  void aValueBeyondTheRangeIsNotWritten() {
    for (var beyond :
        Map.of(ElementType.F16, 65520f, ElementType.BF16, Float.MAX_VALUE).entrySet()) {
      assertThatThrownBy(() -> stored(new float[] {1, beyond.getValue()}, beyond.getKey()))
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INVALID))
          .hasMessageContaining(
              "tensor 't' has the value %s, which is beyond the range of %s"
                  .formatted(beyond.getValue(), beyond.getKey().label()));
    }
    assertThat(stored(new float[] {65519}, ElementType.F16)).containsExactly(65504);
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> stored(new float[] {1, value}, ElementType.I8))
          .hasMessageContaining("has the value " + value + ", which is beyond the range of int8");
    }
  }

  /** Loops over the axes, with the channel found from the index by division. */
  @Test
  void bytesHaveAScaleForEachIndexOfTheirAxis() {
    Random random = new Random(5);
    for (int[] shape :
        new int[][] {
          {7}, {1, 1}, {3, 5}, {4, 3, 2}, {2, 1, 3, 4}, {5, 300}, {300, 5}, {2, 40_000}
        }) {
      float[] values = new float[Shape.of(shape).count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
      }
      for (int axis = 0; axis < shape.length; axis++) {
        int of = axis;
        float[] got = stored(values, tensor -> tensor.storedAsBytes(of), shape);
        int inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
          inner *= shape[i];
        }
        double[] largest = new double[shape[axis]];
        for (int i = 0; i < values.length; i++) {
          int channel = i / inner % shape[axis];
          largest[channel] = Math.max(largest[channel], Math.abs(values[i]));
        }
        for (int i = 0; i < values.length; i++) {
          double scale = (float) (largest[i / inner % shape[axis]] / 127);
          double q = Math.rint(values[i] / scale);
          assertThat(got[i]).isEqualTo((float) (q * scale));
          assertThat((double) got[i]).isCloseTo(values[i], within(scale * 0.500001));
        }
      }
    }
  }

  @Test
  void bytesAtTheEdges() {
    UnaryOperator<NamedTensor> rows = tensor -> tensor.storedAsBytes(0);
    assertThat(stored(new float[6], rows, 2, 3)).containsOnly(0);
    assertThat(stored(new float[0], rows, 3, 0)).isEmpty();
    assertThat(stored(new float[0], rows, 0, 3)).isEmpty();
    float most = Float.MAX_VALUE;
    assertThat(stored(new float[] {most, -most}, rows, 1, 2)[0])
        .isFinite()
        .isCloseTo(most, within(most * 1e-6f));
    float least = Float.MIN_VALUE; // its scale is zero
    assertThat(stored(new float[] {least, 40 * least}, rows, 1, 2)).containsExactly(0, 0);
    assertThat(stored(new float[] {least, 127 * least}, rows, 1, 2))
        .containsExactly(least, 127 * least);
    NamedTensor scalar = new NamedTensor("s", Shape.of(), new float[1]);
    assertThatThrownBy(() -> scalar.storedAs(ElementType.I8))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[tensor 's'] expected an axis of []");
    assertThatThrownBy(() -> scalar.storedAs(ElementType.F64))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scalesOfAStranger() throws IOException {
    assertThat(bytes(new float[] {0.5f, 2}, 0).tensors().getFirst().values())
        .containsExactly(-64, 6); // -128 is a byte like any other
    for (float scale : new float[] {Float.NaN, -1, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> bytes(new float[] {1, scale}, 0))
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INVALID))
          .hasMessageContaining(
              "tensor 'q' has the scale %s for output channel 1, but scales are finite and not negative"
                  .formatted(scale));
    }
    assertThatThrownBy(() -> bytes(new float[] {1, 1}, 7))
        .hasMessageContaining("tensor 'q' has bytes other than 0 between its scales and its");
    ModelFile infinite = bytes(new float[] {Float.MAX_VALUE, 1}, 0);
    assertThatThrownBy(() -> infinite.requireFinite("m"))
        .hasMessageContaining("tensor 'q' has 1 of 2 values that are not finite");
  }

  private ModelFile bytes(float[] scales, int padding) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(66).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(scales[0]).putFloat(scales[1]).putInt(padding);
    data.put(64, (byte) -128).put(65, (byte) 3);
    Path path =
        write(
            Crafted.tensor("q", 0, 66, 2)
                .setDataType(ModelProto.DataType.DATA_TYPE_I8)
                .setChannelAxis(0),
            data.array());
    ModelFile mapped = ModelFiles.map(path);
    ModelFile read;
    try {
      read = ModelFiles.read(path);
    } catch (ModelFileException e) {
      assertThatThrownBy(() -> mapped.tensors().getFirst().values()).hasMessage(e.getMessage());
      assertThatThrownBy(() -> ModelFiles.describe(path)).hasMessage(e.getMessage());
      throw e;
    }
    assertThat(mapped).isEqualTo(read);
    return read;
  }

  @Test
  void sizesInTheFile() throws IOException {
    float[] values = new float[1000 * 64];
    Path path = folder.resolve("size");
    for (var size :
        Map.of(ElementType.F32, 256_000, ElementType.F16, 128_000, ElementType.I8, 64_256)
            .entrySet()) {
      NamedTensor tensor = new NamedTensor("t", Shape.of(1000, 64), values);
      ModelFiles.write(path, of(List.of(tensor.storedAs(size.getKey()))));
      assertThat(ModelFiles.describe(path).tensors().getFirst().byteLength())
          .isEqualTo((long) size.getValue());
      assertThat(Files.size(path)).isBetween((long) size.getValue(), size.getValue() + 512L);
    }
  }
}
