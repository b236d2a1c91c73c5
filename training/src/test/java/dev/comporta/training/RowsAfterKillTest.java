package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.training.listeners.CsvListener;
import dev.comporta.training.listeners.TensorBoardListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table holds at the moment in which a checkpoint is in place: a kill leaves just that. */
class RowsAfterKillTest {
  private static final long STEPS = 17; // the end of an epoch is at 7 and 14

  @TempDir Path folder;

  private static SmallTraining training(long every) {
    return SmallTraining.of(
        SmallTraining.rules("adam"),
        STEPS,
        every,
        trainer -> trainer.validating(new ValidationRules(null, 3, 0, 0, false)));
  }

  private static String table(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trains with a table; what the file holds when each checkpoint is written. */
  private static List<String> record(SmallTraining run, Path path) {
    List<String> written = new ArrayList<>();
    try (CsvListener csv = new CsvListener(path)) {
      run.trainer
          .listener(csv)
          .checkpoints(state -> {
            run.states.add(state);
            run.parameters.add(run.values().clone());
            written.add(table(path));
          });
      run.trainer.train();
    }
    return written;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5, 100})
  void aRunThatIsKilledAfterAnyCheckpointEndsWithTheWholeTable(long every) throws IOException {
    Path path = folder.resolve("whole.csv");
    SmallTraining whole = training(every);
    List<String> tables = record(whole, path);
    String expected = table(path);
    assertThat(expected.lines().filter(line -> line.startsWith("train,"))).hasSize((int) STEPS);
    for (int checkpoint = 0; checkpoint < tables.size(); checkpoint++) {
      long step = whole.states.get(checkpoint).step();
      assertThat(tables.get(checkpoint).lines().filter(line -> line.startsWith("train,")))
          .as("rows in the file when the checkpoint of update %s is in place", step)
          .hasSize((int) step);
      for (String later : List.of("", "train," + (step + 1) + ",0,1.", "train,1,0,1.0,1.0,1.0,2")) {
        Path killed = folder.resolve("killed.csv");
        Files.writeString(killed, tables.get(checkpoint) + later); // cut in the middle of a row
        record(training(every).restore(whole, checkpoint), killed);
        assertThat(table(killed)).isEqualTo(expected);
      }
    }
  }

  @Test
  void curvesForTensorBoardAreInTheFileToo() throws IOException {
    SmallTraining run = training(2);
    List<Long> sizes = new ArrayList<>();
    try (TensorBoardListener curves = new TensorBoardListener(folder, null, 1)) {
      run.trainer.listener(curves).checkpoints(state -> sizes.add(sizeOf(folder)));
      run.trainer.train();
    }
    assertThat(sizes).doesNotHaveDuplicates().isSorted();
    assertThat(sizes.getLast()).as("all but the last flush").isEqualTo(sizeOf(folder));
  }

  private static long sizeOf(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return Files.size(files.findFirst().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
