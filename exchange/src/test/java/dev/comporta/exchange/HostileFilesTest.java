package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import dev.comporta.testkit.Allocation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files of every format: only our own exceptions leave, and memory stays in proportion to
 * the file.
 */
class HostileFilesTest {
  private static final long ALLOWANCE = 64 << 20;
  private static final long FOR_EACH_BYTE = 2_000;
  private static final int FLIPS = 400;

  @TempDir private Path folder;

  static Stream<String> formats() {
    return Stream.of("pt", "legacy", "h5", "keras", "npz", "dl4j", "json", "state.json");
  }

  private Path file(String format) {
    Path file = folder.resolve("seed." + format);
    Named gru =
        new Named(1)
            .with("weight_ih_l0", 6, 2)
            .with("weight_hh_l0", 6, 2)
            .with("bias_ih_l0", 6)
            .with("bias_hh_l0", 6);
    Named dense = new Named(2).with("d/kernel:0", 2, 2).with("d/bias:0", 2);
    Named dense3 = new Named(2).with("dense/vars/0", 2, 2).with("dense/vars/1", 2);
    String config =
        """
        {"class_name": "Sequential", "config": {"layers": [
          {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [null, 3, 2]}},
          {"class_name": "Dense", "config": {"name": "d", "units": 2}}]}}
        """;
    return switch (format) {
      case "pt" -> Foreign.torch(file, gru);
      case "legacy" -> Foreign.legacyTorch(file, gru);
      case "h5" ->
          Foreign.keras(file, "2.4.0", config, dense, Weights.of("d", "d/kernel:0", "d/bias:0"));
      case "keras" -> Foreign.keras3(file, config, dense3);
      case "npz" -> Foreign.npz(file, new Named(3).with("a", 2, 2));
      case "dl4j" ->
          Foreign.dl4j(
              file,
              "{\"confs\": [{\"layer\": {\"output\": {\"nin\": 1, \"nout\": 1, \"activationFn\": {\"Softmax\": {}}}}}]}",
              new float[] {0.5f, 0.25f});
      case "json" ->
          Foreign.write(
              file,
              "{\"in_shape\": [null, null, 1], \"layers\": [{\"type\": \"dense\", \"activation\": \"\", \"shape\": [null, null, 1], \"weights\": [[[0.5]], [0.25]]}]}"
                  .getBytes(StandardCharsets.UTF_8));
      default ->
          Foreign.write(
              file,
              "{\"fc.weight\": [[0.5, 1]], \"fc.bias\": [0.25]}".getBytes(StandardCharsets.UTF_8));
    };
  }

  private void requireOneSentence(byte[] content, String what) throws Exception {
    Path file = Files.write(folder.resolve("case"), content);
    long limit = ALLOWANCE + FOR_EACH_BYTE * content.length;
    assertThat(Allocation.least(limit, 2, () -> readOrRefuse(file, what)))
        .as("bytes allocated for " + what)
        .isLessThan(limit);
  }

  private static void readOrRefuse(Path file, String what) {
    try {
      Foreign.read(file);
    } catch (ComportaException e) {
      assertThat(e.getMessage()).as(what).isNotBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void truncatedFilesAreRejected(String format) throws Exception {
    byte[] whole = Files.readAllBytes(file(format));
    int step = Math.max(1, whole.length / 300);
    for (int length = 0; length < whole.length; length += step) {
      requireOneSentence(java.util.Arrays.copyOf(whole, length), format + " cut to " + length);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void flippedBytesNeverBreakTheReader(String format) throws Exception {
    byte[] whole = Files.readAllBytes(file(format));
    Random random = new Random(11);
    for (int n = 0; n < FLIPS; n++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      requireOneSentence(damaged, format + " with flips, case " + n);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2,|expected numbers with a shape",
        "1,,2|expected numbers with a shape",
        "-1, 2|expected numbers with a shape",
        "4294967298,|expected numbers with a shape",
        "1, 2, 1, 1, 1, 1, 1, 1, 1|at most 8 axes but an array has 9",
        "3,|its shape [3] of F32 does not fit the 8 bytes of data"
      })
  void shapesOfArraysAreSizesBetweenCommas(String shape, String message) {
    byte[] array = Foreign.npy(shape, new float[] {0.5f, 1});
    Path file = Foreign.zip(folder.resolve("m.npz"), Map.of("a.npy", array));
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void storagesThatClaimMoreThanTheyHoldAreRejected() {
    Named lying = new Named(1).with("weight", 2, 3).with("bias", 2);
    lying.all.put("weight", new Foreign.Array(new int[] {40_000, 40_000}, new float[6]));
    Path file = Foreign.torch(folder.resolve("m.pt"), lying);
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("'weight'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"LayerNormalization\", \"config\": {\"scale\": false, \"center\": false,",
        "\"BatchNormalization\", \"config\": {\"scale\": false, \"center\": false,"
      })
  void normalisationsOfFeaturesThatAreOnlyClaimedAreRejected(String layer) throws Exception {
    String config =
        """
        {"class_name": "Sequential", "config": {"layers": [
          {"class_name": %s "name": "n", "batch_input_shape": [null, null, 2147483647]}}]}}
        """
            .formatted(layer);
    Path file =
        Foreign.keras(
            folder.resolve("m.h5"),
            "2.4.0",
            config,
            new Named(1).with("n/a:0", 2),
            Weights.of("n", "n/a:0"));
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("layer 'n'")
        .hasMessageContaining("normalises 2147483647 features");
    requireOneSentence(Files.readAllBytes(file), "features that are only claimed");
  }

  @Test
  void normalisersOfFeaturesThatAreOnlyClaimedAreRejected() {
    byte[] normalizer =
        Foreign.bytes(out -> {
          out.writeUTF("NORMALIZER");
          out.writeInt(1);
          out.writeUTF("IMAGE_MIN_MAX");
          out.writeDouble(0);
          out.writeDouble(1);
          out.writeDouble(255);
        });
    Path file =
        Foreign.dl4j(
            folder.resolve("m.zip"),
            "{\"confs\": [{\"layer\": {\"dropoutlayer\": {\"nin\": 2147483647}}}]}",
            new float[2],
            Map.of("normalizer.bin", normalizer));
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("reads 2147483647 features but has only 2 parameters");
  }

  @Test
  void deepNestingEndsWithASentence() throws Exception {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    Foreign.bytes(pickle, 0x80, 2);
    for (int level = 0; level < 200_000; level++) {
      pickle.write('}');
      Foreign.bytes(pickle, 'X', 1, 0, 0, 0, 'k');
    }
    pickle.write('N');
    for (int level = 0; level < 200_000; level++) {
      pickle.write('s');
    }
    pickle.write('.');
    Path file = Foreign.zip(folder.resolve("deep.pt"), Map.of("m/data.pkl", pickle.toByteArray()));
    assertThatThrownBy(() -> Foreign.read(file)).isInstanceOf(ComportaException.class);
    String json = "{\"layers\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    Path nested = Files.writeString(folder.resolve("deep.json"), json);
    assertThatThrownBy(() -> Foreign.read(nested)).isInstanceOf(ComportaException.class);
  }

  @Test
  void zipBombsAreNotInflated() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("m/data.pkl", new byte[64 << 20]);
    Path file = Foreign.zip(folder.resolve("bomb.pt"), entries);
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("bomb");
  }

  @Test
  void aListInsideItselfEnds() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    Foreign.bytes(pickle, 0x80, 2, '}', 'q', 0);
    Foreign.text(pickle, "self");
    Foreign.bytes(pickle, 'h', 0, 's', '.');
    Path file = Foreign.zip(folder.resolve("self.pt"), Map.of("m/data.pkl", pickle.toByteArray()));
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("levels deep");
  }
}
