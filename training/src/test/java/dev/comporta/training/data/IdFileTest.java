package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdFileTest {
  @TempDir private Path folder;

  private IdFile written(int count) {
    IdFile file = IdFile.create(folder);
    for (int i = 0; i < count; i++) {
      file.add(i * 7 - 3);
    }
    return file.complete();
  }

  @Test
  void idsComeBackAndTheFileGoes() throws IOException {
    try (IdFile file = written(40_001)) { // more than the size of its buffer
      assertThat(file.size()).isEqualTo(40_001);
      for (int i = 0; i < 40_001; i++) {
        assertThat(file.get(i)).isEqualTo(i * 7 - 3);
      }
      assertThat(files()).as("not even a killed process leaves it").isZero();
    }
    assertThat(files()).isZero();
    try (IdFile none = written(0)) {
      assertThat(none.size()).isZero();
    }
  }

  private long files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.count();
    }
  }

  @Test
  void batchesAreThoseOfTheSameIdsInMemory() {
    int[] ids = IntStream.range(0, 103).map(i -> i * 7 - 3).toArray();
    try (IdFile file = written(103)) {
      StreamBatcher expected = new StreamBatcher(ids, 4, 6);
      StreamBatcher mapped = new StreamBatcher(file, 4, 6);
      assertThat(mapped.chunks()).isEqualTo(expected.chunks());
      for (int index = 0; index < expected.chunks(); index++) {
        assertThat(mapped.chunk(index).inputs().values())
            .isEqualTo(expected.chunk(index).inputs().values());
        assertThat(mapped.chunk(index).labels().values())
            .isEqualTo(expected.chunk(index).labels().values());
        assertThat(mapped.chunk(index).lengths()).isEqualTo(expected.chunk(index).lengths());
      }
    }
  }

  @Test
  void misuseIsNamed() {
    try (IdFile file = written(3)) {
      assertThatThrownBy(() -> file.add(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> file.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> IdFile.create(folder.resolve("none")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("cannot create a file in " + folder.resolve("none"));
  }
}
