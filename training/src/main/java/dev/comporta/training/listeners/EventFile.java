package dev.comporta.training.listeners;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.apiguardian.api.API;

/**
 * An event file for TensorBoard: scalars, histograms and texts over steps. A file is a sequence of
 * TFRecords; each consists of a length, the masked CRC-32C of the length, a protobuf message {@code
 * Event}, and the masked CRC-32C of the message, all little-endian. Not thread-safe.
 *
 * <p>Sources: TensorFlow's {@code lib/io/record_writer}; TensorBoard's {@code event.proto} and
 * {@code summary.proto}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EventFile implements AutoCloseable {
  // Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  // SessionLog
  private static final int STATUS = 1;
  private static final int STATUS_START = 1;
  // Summary, Summary.Value
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int HISTOGRAM = 5;
  private static final int TENSOR = 8;
  private static final int METADATA = 9;
  // SummaryMetadata, SummaryMetadata.PluginData
  private static final int PLUGIN_DATA = 1;
  private static final int PLUGIN_NAME = 1;
  // TensorProto, TensorShapeProto, TensorShapeProto.Dim
  private static final int DTYPE = 1;
  private static final int DT_STRING = 7;
  private static final int TENSOR_SHAPE = 2;
  private static final int STRING_VALUE = 8;
  private static final int DIM = 2;
  private static final int SIZE = 1;

  private final Path path;
  private final Clock clock;
  private final OutputStream out;

  private EventFile(Path path, Clock clock, OutputStream out) {
    this.path = path;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Finds out whether a file of events can be made in a folder, and leaves none.
   *
   * @param folder an existing folder
   * @throws ComportaException if none can be made
   */
  public static void requireWritable(Path folder) {
    try {
      Path trial = Files.createTempFile(folder, "events.out.tfevents.", ".comporta");
      try {
        Files.write(trial, new byte[1]);
      } finally {
        Files.delete(trial);
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /**
   * Starts a new file, named after the time, in a folder that is made if it is not there.
   *
   * @param folder the folder passed to TensorBoard, or a subfolder of it for each run
   * @param clock gives the time of the events
   * @return the file; close it after use
   * @throws ComportaException if it cannot be written
   */
  public static EventFile create(Path folder, Clock clock) {
    try {
      Files.createDirectories(folder);
      String name = formatted("events.out.tfevents.%d.comporta", clock.instant().getEpochSecond());
      for (int number = 0; ; number++) {
        Path path = folder.resolve(number == 0 ? name : name + "." + number);
        try {
          OutputStream out =
              new BufferedOutputStream(
                  Files.newOutputStream(
                      path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
          EventFile file = new EventFile(path, clock, out);
          file.write(file.event(0).text(FILE_VERSION, "brain.Event:2"));
          file.flush();
          return file;
        } catch (FileAlreadyExistsException e) {
          if (number == Integer.MAX_VALUE) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static ComportaException unwritable(Path folder, IOException e) {
    return new ComportaException(
        formatted("cannot write event files in %s: %s", folder, e.getMessage()), e);
  }

  /**
   * The file.
   *
   * @return its path
   */
  public Path path() {
    return path;
  }

  /**
   * Records that a run was resumed: TensorBoard ignores events of earlier files in the folder from
   * this step on.
   *
   * @param step the next step
   */
  public void restart(long step) {
    write(event(step).message(SESSION_LOG, new ProtobufMessage().whole(STATUS, STATUS_START)));
  }

  /**
   * Writes a number, as float32.
   *
   * @param tag the name of the curve, such as {@code train/loss}
   * @param step the step
   * @param number any number, including NaN
   */
  public void scalar(String tag, long step, double number) {
    summary(step, new ProtobufMessage().text(TAG, tag).real32(SIMPLE_VALUE, (float) number));
  }

  /**
   * Writes a histogram of values.
   *
   * @param tag the name of the histogram
   * @param step the step
   * @param values an array that contains the values
   * @param from the index of the first value
   * @param to one past the index of the last value
   * @throws ComportaException if a value is not finite
   */
  public void histogram(String tag, long step, float[] values, int from, int to) {
    Histogram histogram = Histogram.of(tag, values, from, to);
    ProtobufMessage message =
        new ProtobufMessage()
            .real64(1, histogram.min())
            .real64(2, histogram.max())
            .real64(3, (double) histogram.count())
            .real64(4, histogram.sum())
            .real64(5, histogram.sumOfSquares())
            .packed(6, histogram.limits())
            .packed(7, histogram.counts());
    summary(step, new ProtobufMessage().text(TAG, tag).message(HISTOGRAM, message));
  }

  /**
   * Writes a text, which TensorBoard shows as Markdown.
   *
   * @param tag the name of the text
   * @param step the step
   * @param text the text
   */
  public void text(String tag, long step, String text) {
    ProtobufMessage shape =
        new ProtobufMessage().message(DIM, new ProtobufMessage().whole(SIZE, 1));
    ProtobufMessage tensor =
        new ProtobufMessage()
            .whole(DTYPE, DT_STRING)
            .message(TENSOR_SHAPE, shape)
            .text(STRING_VALUE, text);
    ProtobufMessage metadata =
        new ProtobufMessage().message(PLUGIN_DATA, new ProtobufMessage().text(PLUGIN_NAME, "text"));
    summary(
        step,
        new ProtobufMessage().text(TAG, tag).message(TENSOR, tensor).message(METADATA, metadata));
  }

  private void summary(long step, ProtobufMessage value) {
    write(event(step).message(SUMMARY, new ProtobufMessage().message(VALUE, value)));
  }

  private ProtobufMessage event(long step) {
    Instant now = clock.instant();
    return new ProtobufMessage()
        .real64(WALL_TIME, now.getEpochSecond() + now.getNano() * 1e-9)
        .whole(STEP, step);
  }

  private void write(ProtobufMessage event) {
    byte[] data = event.toByteArray();
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, Long.BYTES));
    record.put(data).putInt(maskedCrc(data, 0, data.length));
    try {
      out.write(record.array());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** A CRC-32C rotated and offset, so that it stays effective for data that contains CRCs. */
  private static int maskedCrc(byte[] data, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /** Flushes the events written so far to the file. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private ComportaException unwritable(IOException e) {
    return new ComportaException(formatted("cannot write %s: %s", path, e.getMessage()), e);
  }
}
