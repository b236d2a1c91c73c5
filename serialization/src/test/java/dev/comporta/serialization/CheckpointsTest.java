package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.model.Spec;
import dev.comporta.serialization.ModelFileException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The previous checkpoint is kept, and used if the last one is lost. */
class CheckpointsTest {
  @TempDir Path folder;
  private Path path;
  private Path previous;

  @BeforeEach
  void paths() {
    path = folder.resolve("out.checkpoint");
    previous = folder.resolve("out.checkpoint.previous");
  }

  private static Checkpoint step(int step) {
    Checkpoint checkpoint = Samples.checkpoint();
    return new Checkpoint(
        checkpoint.model(),
        Spec.of("progress").with("step", step),
        checkpoint.tensors(),
        checkpoint.numbers());
  }

  private void write(int steps) {
    for (int step = 1; step <= steps; step++) {
      Checkpoints.write(path, step(step));
    }
  }

  private void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void theOneBeforeIsKept() {
    assertThat(Checkpoints.previous(path)).isEqualTo(previous);
    write(1);
    assertThat(previous).doesNotExist();
    write(3);
    assertThat(Checkpoints.read(path)).isEqualTo(step(3));
    assertThat(Checkpoints.read(previous)).isEqualTo(step(2));
    Checkpoints.Newest newest = Checkpoints.newest(path);
    assertThat(newest).isEqualTo(new Checkpoints.Newest(step(3), path, null));
  }

  @Test
  void missingFileGivesTheOneBefore() throws IOException {
    write(3);
    Files.delete(path);
    assertThat(Checkpoints.newest(path))
        .isEqualTo(
            new Checkpoints.Newest(
                step(2),
                previous,
                "there is no file %s; check the name; resuming from the previous checkpoint %s"
                    .formatted(path, previous)));
  }

  @Test
  void damagedFileGivesTheOneBefore() throws IOException {
    write(3);
    byte[] whole = Files.readAllBytes(path);
    byte[] newerAndDamaged = whole.clone();
    newerAndDamaged[8] ^= 2;
    for (byte[] bytes :
        new byte[][] {
          new byte[0], new byte[whole.length], Arrays.copyOf(whole, 700), newerAndDamaged
        }) {
      Files.write(path, bytes);
      Checkpoints.Newest newest = Checkpoints.newest(path);
      assertThat(newest.checkpoint()).isEqualTo(step(2));
      assertThat(newest.path()).isEqualTo(previous);
      assertThat(newest.note())
          .startsWith(path.toString())
          .endsWith("; resuming from the previous checkpoint " + previous);
    }
  }

  @Test
  void damagedFileNeverPushesOutTheOneBefore() throws IOException {
    write(3);
    damage(path);
    Checkpoints.write(path, step(4));
    assertThat(Checkpoints.read(path)).isEqualTo(step(4));
    assertThat(Checkpoints.read(previous)).isEqualTo(step(2));
  }

  @Test
  void bothDamaged() throws IOException {
    write(2);
    damage(path);
    damage(previous);
    assertThatThrownBy(() -> Checkpoints.newest(path))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(path + " is damaged in ")
        .hasMessageContaining("; the previous checkpoint cannot be used either: " + previous);
  }

  @Test
  void noneThere() {
    assertThatThrownBy(() -> Checkpoints.newest(path))
        .hasMessage("there is no file %s; check the name", path);
  }

  @Test
  void newerFormatIsNoDamage() throws IOException {
    write(2);
    Files.write(path, Crafted.withHeaderField(Files.readAllBytes(path), 8, 3));
    assertThatThrownBy(() -> Checkpoints.newest(path))
        .isInstanceOfSatisfying(
            ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NEWER));
    byte[] newer = Files.readAllBytes(path);
    Checkpoints.write(path, step(3));
    assertThat(Files.readAllBytes(previous)).as("kept for the newer program").isEqualTo(newer);
  }

  @Test
  void modelIsNoCheckpoint() {
    write(2);
    ModelFiles.write(path, Samples.tiny());
    assertThatThrownBy(() -> Checkpoints.newest(path))
        .isInstanceOfSatisfying(
            ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.OTHER_KIND));
  }

  @Test
  void failedWriteKeepsBoth() throws IOException {
    write(2);
    Files.delete(previous);
    Files.createDirectory(previous);
    Files.writeString(previous.resolve("file"), "in the way");
    assertThatThrownBy(() -> Checkpoints.write(path, step(3)))
        .isInstanceOfSatisfying(
            ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNWRITABLE));
    assertThat(Checkpoints.read(path)).isEqualTo(step(2));
  }

  @Test
  void symbolicLinkKeepsBothBesideTheFile() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), other.resolve("c"));
    Checkpoints.write(link, step(1));
    Checkpoints.write(link, step(2));
    assertThat(other.resolve("c.previous")).isRegularFile();
    Files.delete(other.resolve("c"));
    assertThat(Checkpoints.newest(link).checkpoint()).isEqualTo(step(1));
  }
}
