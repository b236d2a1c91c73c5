package dev.comporta.training.listeners;

import dev.comporta.api.ComportaException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training as a table of comma-separated values, one row for each update and validation:
 * {@code event,step,epoch,loss,gradient_norm,learning_rate,timesteps}, where event is {@code train}
 * or {@code validation}; a validation has no last three. Numbers are those that Java reads back to
 * the same bits. A training from its start replaces the file; after a resume the rows up to that
 * step are kept and those after it, which will come again, are dropped.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CsvListener implements TrainingListener, AutoCloseable {
  private static final String HEAD = "event,step,epoch,loss,gradient_norm,learning_rate,timesteps";

  private final Path path;
  private @Nullable BufferedWriter out;

  /**
   * A listener that opens its file when a training starts.
   *
   * @param path the file
   */
  public CsvListener(Path path) {
    this.path = path;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ComportaException if the file cannot be written, or is no table of this kind
   */
  @Override
  public void on(TrainingEvent event) {
    try {
      switch (event) {
        case TrainingEvent.Started started -> open(started.step());
        case TrainingEvent.Stepped s ->
            row(
                "train,%d,%d,%s,%s,%s,%d"
                    .formatted(
                        s.step(),
                        s.epoch(),
                        s.loss(),
                        s.gradientNorm(),
                        s.learningRate(),
                        s.count()));
        case TrainingEvent.Validated v -> {
          row("validation,%d,%d,%s,,,".formatted(v.step(), v.epoch(), v.loss()));
          flush();
        }
        case TrainingEvent.Checkpointed _, TrainingEvent.Finished _, TrainingEvent.Stopped _ ->
            flush();
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void open(long step) throws IOException {
    List<String> rows = new ArrayList<>(List.of(HEAD));
    if (step > 0 && Files.exists(path)) {
      rows.addAll(kept(Files.readAllLines(path), step));
    }
    close();
    Files.write(path, rows);
    out =
        Files.newBufferedWriter(
            path, StandardCharsets.UTF_8, java.nio.file.StandardOpenOption.APPEND);
  }

  private List<String> kept(List<String> lines, long step) {
    List<String> kept = new ArrayList<>();
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      throw other(1);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      boolean whole = cells.length == 7 && cells[1].matches("\\d{1,18}");
      if (!whole && i < lines.size() - 1) { // the last may have been cut by a kill
        throw other(i + 1);
      }
      if (whole && Long.parseLong(cells[1]) <= step) {
        kept.add(lines.get(i));
      }
    }
    return kept;
  }

  private ComportaException other(int line) {
    return new ComportaException(
        "%s has a line %d that no training wrote; expected a table with the columns %s, or no file"
            .formatted(path, line, HEAD));
  }

  private void row(String row) throws IOException {
    if (out == null) {
      throw new IllegalStateException("no training has started");
    }
    out.write(row);
    out.write('\n');
  }

  private void flush() throws IOException {
    if (out != null) {
      out.flush();
    }
  }

  @Override
  public void close() {
    if (out != null) {
      try {
        out.close();
      } catch (IOException e) {
        throw unwritable(e);
      }
      out = null;
    }
  }

  private ComportaException unwritable(IOException e) {
    return new ComportaException("cannot write %s: %s".formatted(path, e.getMessage()), e);
  }
}
