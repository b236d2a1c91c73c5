package dev.comporta.training.listeners;

import dev.comporta.api.ComportaException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training run to a CSV file, one row per update and validation: {@code
 * event,step,epoch,loss,gradient_norm,learning_rate,timesteps}, where event is {@code train} or
 * {@code validation}; the last three columns are empty for a validation. Numbers round-trip
 * exactly. A new run replaces an existing file of this kind and refuses to overwrite any other
 * file; a resumed run keeps the rows up to its step and drops later ones, which will be written
 * again.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CsvListener implements TrainingListener, AutoCloseable {
  private static final String HEAD = "event,step,epoch,loss,gradient_norm,learning_rate,timesteps";

  private final Path path;
  private @Nullable BufferedWriter out;

  /**
   * Creates a listener that opens its file when training starts.
   *
   * @param path the file
   */
  public CsvListener(Path path) {
    this.path = path;
  }

  /**
   * Checks that an existing file may be replaced.
   *
   * @throws ComportaException if the file exists and is not a table of this kind, or cannot be read
   */
  public void requireReplaceable() {
    if (!Files.exists(path)) {
      return;
    }
    byte[] head = (HEAD + "\n").getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(head.length);
      if (!Arrays.equals(start, 0, start.length, head, 0, start.length)) {
        throw other(1); // an empty file may be replaced too
      }
    } catch (IOException e) {
      throw new ComportaException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws ComportaException if the file cannot be written, or is not a table of this kind
   */
  @Override
  public void on(TrainingEvent event) {
    try {
      switch (event) {
        case TrainingEvent.Started started -> open(started.step());
        case TrainingEvent.Stepped s ->
            row(
                "train",
                s.step(),
                s.epoch(),
                s.loss(),
                s.gradientNorm(),
                s.learningRate(),
                s.count());
        case TrainingEvent.Validated v -> {
          row("validation", v.step(), v.epoch(), v.loss(), "", "", "");
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
    requireReplaceable();
    close();
    if (step > 0 && Files.exists(path)) {
      rows.addAll(kept(Files.readAllLines(path), step));
      replace(path.toRealPath(), rows);
    } else {
      Files.write(path, rows);
    }
    out = Files.newBufferedWriter(path, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }

  /** Replaces the file atomically, so that a crash or a full disk does not lose the kept rows. */
  private static void replace(Path table, List<String> rows) throws IOException {
    Path partial = table.resolveSibling("." + table.getFileName() + ".partial");
    try {
      Files.write(partial, rows);
      try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(partial, table, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private List<String> kept(List<String> lines, long step) {
    List<String> kept = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      boolean whole = cells.length == 7 && cells[1].matches("\\d{1,18}");
      if (!whole && i < lines.size() - 1) { // the last line may be incomplete after a crash
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
        "line %2$d of %1$s was not written by a training run; expected a table with the columns %3$s, or no file"
            .formatted(path, line, HEAD));
  }

  private void row(Object... cells) throws IOException {
    if (out == null) {
      throw new IllegalStateException("no training has started");
    }
    out.write(Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(",")));
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
