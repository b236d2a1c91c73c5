package dev.comporta.training.listeners;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training as a table of comma-separated values, one row for each update and validation:
 * {@code event,step,epoch,loss,gradient_norm,learning_rate,timesteps}, where event is {@code train}
 * or {@code validation}; a validation has no last three. Numbers are those that Java reads back to
 * the same bits. A training from its start replaces such a file and refuses any other; after a
 * resume the rows up to that step are kept and those after it, which will come again, are dropped.
 * Rows are flushed before each checkpoint, so that a run that is killed and resumed has them all.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CsvListener implements TrainingListener, AutoCloseable {
  private static final String HEAD = "event,step,epoch,loss,gradient_norm,learning_rate,timesteps";

  /** Numbers have at most 25 characters, so that no row is as long as this. */
  private static final int LONGEST_ROW = 200;

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
   * @throws ComportaException if the file is there and is no table of this kind, or cannot be read
   *     or written
   */
  public void requireReplaceable() {
    if (!Files.exists(path)) {
      return;
    }
    requireTable();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      requireFree(channel);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void requireTable() {
    if (!Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted("%s is not an ordinary file; expected a table or a new name", path));
    }
    byte[] head = (HEAD + "\n").getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(head.length);
      if (!Arrays.equals(start, 0, start.length, head, 0, start.length)) {
        throw other(1); // an empty file may be replaced too
      }
    } catch (IOException e) {
      throw new ComportaException(formatted("cannot read %s: %s", path, e.getMessage()), e);
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
        case TrainingEvent.Checkpointing _, TrainingEvent.Finished _, TrainingEvent.Stopped _ ->
            flush();
        case TrainingEvent.Checkpointed _, TrainingEvent.Exchanged _ -> {}
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Opens the table itself, not another one in its place: it keeps its permissions and its links,
   * and rows are dropped without room on the disk for a second table.
   */
  private void open(long step) throws IOException {
    close();
    requireReplaceable();
    RandomAccessFile table = new RandomAccessFile(path.toFile(), "rw");
    boolean opened = false;
    try {
      requireFree(table.getChannel());
      long end = step == 0 ? 0 : endOfRows(table, step);
      boolean open = end > 0 && byteAt(table, end - 1) != '\n'; // an editor took the line's end
      table.setLength(end);
      table.seek(end);
      out =
          new BufferedWriter(
              new OutputStreamWriter(new FileOutputStream(table.getFD()), StandardCharsets.UTF_8));
      opened = true;
      if (end == 0) {
        row(HEAD);
      } else if (open) {
        out.write('\n');
      }
      flush();
    } finally {
      if (!opened) {
        table.close();
      }
    }
  }

  private static int byteAt(RandomAccessFile table, long position) throws IOException {
    table.seek(position);
    return table.read();
  }

  /** Refuses a table that another training holds, by whatever name; the lock ends with the file. */
  private void requireFree(FileChannel channel) {
    try {
      if (channel.tryLock(Long.MAX_VALUE - 1, 1, false) == null) { // so that all may read it
        throw taken();
      }
    } catch (OverlappingFileLockException e) {
      throw taken();
    } catch (IOException e) {
      // A file system without locks: nothing can be known about others.
    }
  }

  private ComportaException taken() {
    return new ComportaException(
        formatted(
            "%s is being written by another training; wait until it ends, or name another table",
            path));
  }

  /** Where the rows up to a step end: those behind it will come again, or were cut by a kill. */
  private long endOfRows(RandomAccessFile table, long step) throws IOException {
    table.seek(0);
    InputStream in = new BufferedInputStream(new FileInputStream(table.getFD()));
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long end = 0;
    long read = 0;
    long last = 0;
    boolean behind = false;
    for (int number = 1; ; number++) {
      line.reset();
      int next = in.read();
      while (next >= 0 && next != '\n') {
        if (line.size() > LONGEST_ROW) {
          throw other(number);
        }
        line.write(next);
        next = in.read();
      }
      String row = line.toString(StandardCharsets.UTF_8);
      boolean whole = isWhole(row);
      if (next < 0 && !(whole && follows(row, last))) {
        return end; // the end of the file, or a row that a kill cut
      }
      read += line.size() + (next < 0 ? 0 : 1);
      if (number > 1) {
        boolean again = !whole || step(row) > step;
        if (!whole || (behind && !again)) {
          throw other(number);
        }
        behind = again;
        last = step(row);
      }
      end = behind ? end : read;
      if (next < 0) {
        return end;
      }
    }
  }

  private static boolean isWhole(String row) {
    String[] cells = row.split(",", -1);
    return cells.length == HEAD.split(",", -1).length && cells[1].matches("\\d{1,18}");
  }

  private static long step(String row) {
    return Long.parseLong(row.split(",", -1)[1]);
  }

  /**
   * Whether a last row without a line break can follow a row: an editor may have taken the break.
   */
  private static boolean follows(String row, long last) {
    return step(row) > last || (step(row) == last && !row.startsWith("train"));
  }

  private ComportaException other(int line) {
    return new ComportaException(
        formatted(
            "line %2$d of %1$s was not written by a training run; expected a table with the columns %3$s, or no file",
            path, line, HEAD));
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
    String why = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    return new ComportaException(formatted("cannot write %s: %s", path, why), e);
  }
}
