package dev.comporta.training.listeners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingEvent.Stepped;
import dev.comporta.training.TrainingEvent.Validated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {
  @TempDir Path folder;

  private static Stepped stepped(long step) {
    return new Stepped(step, 0, 1.0 / step, 0.1, 1e-3, 20);
  }

  @Test
  void aTableHasARowForEachUpdateAndValidation() throws IOException {
    Path path = folder.resolve("log.csv");
    Files.writeString(
        path,
        "event,step,epoch,loss,gradient_norm,learning_rate,timesteps\ntrain,7,0,9.0,1.0,1.0,1\n");
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(0, 3, 2));
      csv.on(stepped(1));
      csv.on(stepped(3));
      csv.on(new Validated(3, 1, Double.NaN));
      assertThat(Files.readAllLines(path))
          .containsExactly(
              "event,step,epoch,loss,gradient_norm,learning_rate,timesteps",
              "train,1,0,1.0,0.1,0.001,20",
              "train,3,0,0.3333333333333333,0.1,0.001,20",
              "validation,3,1,NaN,,,");
      csv.on(new TrainingEvent.Finished(3));
    }
  }

  @Test
  void aResumedTrainingDropsTheRowsThatComeAgain() throws IOException {
    Path path = folder.resolve("log.csv");
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(0, 9, 2));
      for (long step = 1; step <= 4; step++) {
        csv.on(stepped(step));
      }
    }
    Files.writeString(path, Files.readString(path) + "train,5,0,0.2"); // truncated by a crash
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(2, 9, 2));
      csv.on(stepped(3));
    }
    List<String> lines = Files.readAllLines(path);
    assertThat(lines).hasSize(4);
    assertThat(lines.stream().skip(1).map(line -> line.split(",", -1)[1]))
        .containsExactly("1", "2", "3");
  }

  @Test
  void aFileThatIsNoTableOfThisKindIsNotTouched() throws IOException {
    Path path = folder.resolve("log.csv");
    Files.writeString(path, "a,b\n1,2\n");
    for (long done : new long[] {0, 2}) {
      try (CsvListener csv = new CsvListener(path)) {
        assertThatThrownBy(() -> csv.on(new TrainingEvent.Started(done, 9, 2)))
            .isInstanceOf(ComportaException.class)
            .hasMessageContaining("was not written by a training run");
      }
    }
    assertThat(Files.readString(path)).isEqualTo("a,b\n1,2\n");
    try (CsvListener csv = new CsvListener(folder.resolve("absent").resolve("log.csv"))) {
      assertThatThrownBy(() -> csv.on(new TrainingEvent.Started(0, 9, 2)))
          .isInstanceOf(ComportaException.class)
          .hasMessageStartingWith("cannot write");
    }
  }

  /** A table of the updates 1 to 4. */
  private Path table() {
    Path path = folder.resolve("log.csv");
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(0, 9, 2));
      for (long step = 1; step <= 4; step++) {
        csv.on(stepped(step));
      }
    }
    return path;
  }

  @Test
  void aTableKeepsItsPermissionsAndItsName() throws IOException {
    Path path = table();
    Path victim = Files.writeString(folder.resolve("victim"), "as it was");
    Files.createSymbolicLink(folder.resolve(".log.csv.partial"), victim);
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), Path.of("log.csv"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    for (long done : new long[] {2, 0}) {
      try (CsvListener csv = new CsvListener(link)) {
        csv.on(new TrainingEvent.Started(done, 9, 2));
        csv.on(stepped(done + 1));
      }
      assertThat(Files.readAllLines(path)).hasSize((int) done + 2);
      assertThat(link).isSymbolicLink();
      assertThat(Files.getPosixFilePermissions(path))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(victim).hasContent("as it was");
  }

  @Test
  void aTableThatIsBeingWrittenIsRefusedByAnyName() throws IOException {
    Path path = table();
    Path hard = Files.createLink(folder.resolve("hard.csv"), path);
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(4, 9, 2));
      for (long done : new long[] {0, 4}) {
        try (CsvListener second = new CsvListener(hard)) {
          assertThatThrownBy(() -> second.on(new TrainingEvent.Started(done, 9, 2)))
              .isInstanceOf(ComportaException.class)
              .hasMessageContaining("hard.csv is being written by another training");
        }
      }
      csv.on(stepped(5));
    }
    assertThat(Files.readAllLines(path)).hasSize(6);
  }

  @Test
  void rowsThatNoTrainingWroteAreNotDropped() throws IOException {
    Path path = table();
    String whole = Files.readString(path);
    Files.writeString(path, whole.stripTrailing()); // as some editors do
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(4, 9, 2));
    }
    assertThat(path).hasContent(whole);
    String disordered = whole + "train,2,0,0.5,0.1,0.001,20\n";
    for (String table : List.of(disordered, whole + "note\n" + "train,5,0,0.5,0.1,0.001,20\n")) {
      Files.writeString(path, table);
      try (CsvListener csv = new CsvListener(path)) {
        assertThatThrownBy(() -> csv.on(new TrainingEvent.Started(3, 9, 2)))
            .hasMessageContaining("line 6 of");
      }
      assertThat(path).hasContent(table);
    }
  }
}
