package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading restores the written content bit by bit, and equal content gives equal bytes. */
class RoundTripTest {
  @TempDir Path folder;

  @Test
  void randomModelsComeBackAndAreWrittenTheSameTwice() throws IOException {
    Path path = folder.resolve("random.comporta");
    int tensors = 0;
    for (int seed = 0; seed < 200; seed++) {
      ModelFile model = Samples.random(new Random(seed));
      ModelFiles.write(path, model);
      byte[] bytes = Files.readAllBytes(path);
      ModelFile read = ModelFiles.read(path);
      assertThat(read).as("seed %d", seed).isEqualTo(model);
      assertThat(read.metrics().keySet()).containsExactlyElementsOf(model.metrics().keySet());
      ModelFiles.write(path, read);
      assertThat(Files.readAllBytes(path)).as("seed %d", seed).isEqualTo(bytes);
      tensors += model.tensors().size();
    }
    assertThat(tensors).isGreaterThan(200);
  }

  @Test
  void checkpointComesBackWithEveryBit() {
    Path path = folder.resolve("c.checkpoint");
    Checkpoint checkpoint = Samples.checkpoint();
    Checkpoints.write(path, checkpoint);
    Checkpoint read = Checkpoints.read(path);
    assertThat(read).isEqualTo(checkpoint);
    assertThat(read.tensor("adam.m")).hasSize(31);
    assertThat(Double.doubleToRawLongBits(read.numbers("losses")[1])).isEqualTo(Long.MIN_VALUE);
    assertThat(new ArrayList<>(read.model().metrics().keySet()))
        .isEqualTo(List.of("validation_loss", "a"));
    assertThat(read.model().provenance().created()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void largeTensorCrossesManyChunks() {
    Path path = folder.resolve("large.comporta");
    Random random = new Random(5);
    float[] values = new float[3 * (Elements.CHUNK_BYTES / 4) + 17];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    ModelFile tiny = Samples.tiny();
    ModelFile model =
        new ModelFile(
            tiny.spec(),
            List.of(
                tiny.tensors().getFirst(),
                new NamedTensor("large", Shape.of(1, values.length), values)),
            List.of(),
            tiny.provenance(),
            Map.of());
    ModelFiles.write(path, model);
    assertThat(ModelFiles.read(path)).isEqualTo(model);
  }

  @Test
  void descriptionNamesEveryTensorWithTheHashOfItsLittleEndianBytes() {
    Path path = folder.resolve("c.checkpoint");
    Checkpoint checkpoint = Samples.checkpoint();
    Checkpoints.write(path, checkpoint);
    ModelDescription description = ModelFiles.describe(path);
    assertThat(description.kind()).isEqualTo("checkpoint");
    assertThat(description.format()).isEqualTo(2);
    assertThat(description.fileLength()).isEqualTo(path.toFile().length());
    assertThat(description.spec()).isEqualTo(checkpoint.model().spec());
    assertThat(description.progress()).isEqualTo(checkpoint.progress());
    assertThat(description.parameterCount()).isEqualTo(15 + 0 + 1 + 16);
    assertThat(description.trainingTensors())
        .extracting(ModelDescription.StoredTensor::name)
        .containsExactly("adam.m", "losses", "none");
    for (int i = 0; i < checkpoint.model().tensors().size(); i++) {
      NamedTensor tensor = checkpoint.model().tensors().get(i);
      ByteBuffer bytes =
          ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : tensor.values()) {
        bytes.putInt(Float.floatToRawIntBits(value));
      }
      ModelDescription.StoredTensor stored = description.tensors().get(i);
      assertThat(stored.name()).isEqualTo(tensor.name());
      assertThat(stored.shape()).isEqualTo(tensor.shape());
      assertThat(stored.type()).isEqualTo(ElementType.F32);
      assertThat(stored.sha256())
          .isEqualTo(HexFormat.of().formatHex(Container.sha256().digest(bytes.array())));
    }
  }
}
