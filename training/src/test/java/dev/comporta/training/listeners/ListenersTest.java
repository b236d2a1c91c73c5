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
}
