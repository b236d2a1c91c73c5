package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelFileException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Truncated, modified and unrelated files: each is rejected with a specific message. */
class DamagedFileTest {
  @TempDir Path folder;
  private Path path;
  private byte[] whole;
  private byte[] wholeOfFormat1;
  private byte[] wholeCheckpoint;
  private byte[] wholeCheckpointOfFormat1;

  @BeforeEach
  void write() throws IOException {
    path = folder.resolve("m");
    ModelFiles.write(path, Samples.tiny());
    whole = Files.readAllBytes(path);
    Path checkpoint = folder.resolve("c");
    Checkpoints.write(checkpoint, Samples.checkpoint());
    wholeCheckpoint = Files.readAllBytes(checkpoint);
    wholeOfFormat1 = Files.readAllBytes(Crafted.writeFormat1(path, Samples.tiny(), null));
    Checkpoint sample = Samples.checkpoint();
    wholeCheckpointOfFormat1 =
        Files.readAllBytes(Crafted.writeFormat1(checkpoint, sample.model(), sample));
  }

  /**
   * Reads a file as a model that runs does: what is wrong is found at the latest at the first use.
   */
  private static void map(Path path) {
    ModelFiles.map(path).tensors().forEach(NamedTensor::values);
  }

  private static ModelFileException refusal(Consumer<Path> read, Path path) {
    ModelFileException refusal =
        catchThrowableOfType(ModelFileException.class, () -> read.accept(path));
    assertThat(refusal).as("the file must be refused").isNotNull();
    assertThat(refusal).hasMessageContaining(path.toString());
    assertThat(refusal.getMessage()).doesNotContain("\n").doesNotContain("null");
    return refusal;
  }

  private ModelFileException refusalOf(byte[] bytes) throws IOException {
    ModelFileException refusal = refusalOf(bytes, ModelFiles::read);
    ModelFileException mapped = refusal(DamagedFileTest::map, path);
    assertThat(mapped).hasMessage(refusal.getMessage());
    assertThat(mapped.problem()).isEqualTo(refusal.problem());
    return refusal;
  }

  private ModelFileException refusalOf(byte[] bytes, Consumer<Path> read) throws IOException {
    Files.write(path, bytes);
    ModelFileException refusal = refusal(read, path);
    assertThat(refusal(ModelFiles::describe, path)).hasMessage(refusal.getMessage());
    return refusal;
  }

  @Test
  void cutAtEveryByte() throws IOException {
    for (byte[] file : List.of(whole, wholeOfFormat1, wholeCheckpoint, wholeCheckpointOfFormat1)) {
      for (int length = 0; length < file.length; length++) {
        ModelFileException refusal = refusalOf(Arrays.copyOf(file, length));
        assertThat(refusal.problem()).as("cut to %d bytes", length).isEqualTo(Problem.CUT);
        if (length > 0) {
          assertThat(refusal).hasMessageContaining(Integer.toString(length));
        }
      }
    }
  }

  @Tag("full")
  @Test
  void everyFlippedBit() throws IOException {
    ModelFiles.write(path, Samples.typed());
    for (byte[] file : List.of(whole, wholeOfFormat1, Files.readAllBytes(path))) {
      for (int bit = 0; bit < 8 * file.length; bit++) {
        assertFlipped(file, bit, ModelFiles::read);
        assertThat(refusal(DamagedFileTest::map, path))
            .as("bit %d of byte %d", bit % 8, bit / 8)
            .hasMessage(refusal(ModelFiles::read, path).getMessage());
      }
    }
  }

  @Test
  void oneFlippedBitInEveryByteOfACheckpoint() throws IOException {
    for (byte[] file : List.of(wholeCheckpoint, wholeCheckpointOfFormat1)) {
      for (int at = 0; at < file.length; at++) {
        assertFlipped(file, 8 * at + at % 8, Checkpoints::read);
      }
    }
  }

  private void assertFlipped(byte[] file, int bit, Consumer<Path> read) throws IOException {
    byte[] flipped = file.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    assertThat(refusalOf(flipped, read).problem())
        .as("bit %d of byte %d", bit % 8, bit / 8)
        .isEqualTo(bit < 64 ? Problem.NOT_A_MODEL_FILE : Problem.DAMAGED);
  }

  @Test
  void sampledBitsOfALargerFile() throws IOException {
    Path large = folder.resolve("large");
    float[] values = Samples.edges(100_000);
    ModelFile tiny = Samples.tiny();
    ModelFiles.write(
        large,
        new ModelFile(
            tiny.spec(),
            List.of(new NamedTensor("large", Shape.of(values.length), values)),
            List.of(),
            tiny.provenance(),
            Map.of()));
    byte[] file = Files.readAllBytes(large);
    Random random = new Random(11);
    for (int i = 0; i < 400; i++) {
      int bit = 64 + random.nextInt(8 * file.length - 64);
      file[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(large, file);
      assertThat(refusal(ModelFiles::read, large).problem())
          .as("bit %d of byte %d", bit % 8, bit / 8)
          .isEqualTo(Problem.DAMAGED);
      file[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void damageIsPlaced() throws IOException {
    for (byte[] file : List.of(whole, wholeOfFormat1)) {
      assertPlaced(file);
    }
  }

  private void assertPlaced(byte[] file) throws IOException {
    Map<Integer, String> places = new TreeMap<>();
    places.put(
        13, "is damaged in its header (bytes 0 to 31): the CRC-32 does not match the recorded one");
    places.put(40, "is damaged in its manifest (bytes 32 to ");
    places.put(file.length - 36, "is damaged in tensor 'b' (bytes %d to %d): the SHA-256");
    places.put(file.length - 1, "is damaged in its checksum (bytes %d to %d): the SHA-256");
    places.put(file.length - 41, "is damaged: byte %d is padding and should be 0 but is 1;");
    for (Map.Entry<Integer, String> place : places.entrySet()) {
      byte[] damaged = file.clone();
      damaged[place.getKey()] ^= 1;
      int end = file.length - 32;
      String expected =
          switch (file.length - place.getKey()) {
            case 36 -> place.getValue().formatted(end - 8, end - 1);
            case 1 -> place.getValue().formatted(end, file.length - 1);
            case 41 -> place.getValue().formatted(place.getKey());
            default -> place.getValue();
          };
      assertThat(refusalOf(damaged)).hasMessageContaining(expected);
    }
  }

  @Test
  void bytesBehindTheEnd() throws IOException {
    ModelFileException refusal = refusalOf(Arrays.copyOf(whole, whole.length + 3));
    assertThat(refusal.problem()).isEqualTo(Problem.DAMAGED);
    assertThat(refusal).hasMessageContaining("but ends at byte %d".formatted(whole.length + 3));
  }

  @Test
  void emptyFile() throws IOException {
    assertThat(refusalOf(new byte[0]))
        .hasMessage("%s is empty; use another copy of the file", path);
  }

  @Test
  void anotherFormatAltogether() throws IOException {
    ModelFileException refusal = refusalOf("PK\3\4 some archive".getBytes(StandardCharsets.UTF_8));
    assertThat(refusal.problem()).isEqualTo(Problem.NOT_A_MODEL_FILE);
    assertThat(refusal)
        .hasMessage(
            "%s is not a Comporta model file: expected it to begin with the bytes 89 43 4f 4d 50 0d 0a 1a but got 50 4b 03 04 20 73 6f 6d",
            path);
  }

  @Test
  void fileThatWentThroughATextConversion() throws IOException {
    byte[] converted =
        new String(whole, StandardCharsets.ISO_8859_1)
            .replace("\r\n", "\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refusalOf(converted).problem()).isEqualTo(Problem.NOT_A_MODEL_FILE);
  }

  @Test
  void newerFormat() throws IOException {
    ModelFileException refusal = refusalOf(Crafted.withHeaderField(whole, 8, 3));
    assertThat(refusal.problem()).isEqualTo(Problem.NEWER);
    assertThat(refusal)
        .hasMessage(
            "%s has format 3 but this version reads formats up to 2; update Comporta", path);
  }

  @Test
  void newerFormatOrDamagedHeader() throws IOException {
    byte[] changed = whole.clone();
    changed[8] = 3;
    ModelFileException refusal = refusalOf(changed);
    assertThat(refusal.problem()).isEqualTo(Problem.DAMAGED);
    assertThat(refusal)
        .hasMessageContaining(
            "has format 3 but this version reads formats up to 2; update Comporta, or");
  }

  @Test
  void formatZero() throws IOException {
    ModelFileException refusal = refusalOf(Crafted.withHeaderField(whole, 8, 0));
    assertThat(refusal.problem()).isEqualTo(Problem.INVALID);
    assertThat(refusal).hasMessageContaining("its format is 0");
  }

  @Test
  void anotherKind() throws IOException {
    Files.write(path, wholeCheckpoint);
    ModelFileException refusal = refusal(ModelFiles::read, path);
    assertThat(refusal.problem()).isEqualTo(Problem.OTHER_KIND);
    assertThat(refusal)
        .hasMessage("%s is a checkpoint but a model was expected; specify the model", path);
    Files.write(path, whole);
    refusal = refusal(Checkpoints::read, path);
    assertThat(refusal.problem()).isEqualTo(Problem.OTHER_KIND);
    assertThat(refusal)
        .hasMessage("%s is a model but a checkpoint was expected; specify the checkpoint", path);
  }

  @Test
  void missingFileAndFolder() {
    Path missing = folder.resolve("none");
    assertThat(refusal(ModelFiles::read, missing))
        .hasMessage("there is no file %s; check the name", missing);
    assertThat(refusal(ModelFiles::read, missing).problem()).isEqualTo(Problem.MISSING);
    assertThat(refusal(ModelFiles::read, folder))
        .hasMessage(
            "cannot read %s: expected a model file but it is a folder; specify a file", folder);
    assertThat(refusal(ModelFiles::read, folder).problem()).isEqualTo(Problem.UNREADABLE);
  }
}
