package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Reads MIDI files as piano rolls: all tracks and channels but the drums together. A note sounds at
 * the timesteps from the one nearest to its beginning up to the one nearest to its end, one at
 * least; timesteps before the first note are left out.
 */
final class MidiReader {
  private static final int HEADER = 0x4D546864; // MThd
  private static final int TRACK = 0x4D54726B; // MTrk
  private static final int DRUMS = 9;
  private static final int NOTES = NoteGrid.NOTES;
  private static final int CHANNELS = 16;
  private static final int NOTE_OFF = 0x80;
  private static final int NOTE_ON = 0x90;
  private static final int PROGRAM = 0xC0;
  private static final int PRESSURE = 0xD0;
  private static final int EXCLUSIVE = 0xF0;
  private static final int ESCAPE = 0xF7;
  private static final int META = 0xFF;
  private static final int END_OF_TRACK = 0x2F;

  private final String name;
  private final double stepsPerTick;

  private final NoteGrid grid;

  private MidiReader(String name, double stepsPerTick) {
    this.name = name;
    this.stepsPerTick = stepsPerTick;
    this.grid = new NoteGrid(name);
  }

  /** Whether a file begins as MIDI files do. */
  static boolean isMidi(byte[] content) {
    return content.length >= Integer.BYTES && ByteBuffer.wrap(content).getInt() == HEADER;
  }

  /**
   * Reads the content of a file.
   *
   * @param stepsPerBeat timesteps of a quarter note
   * @throws ComportaException if it is damaged, counts frames instead of beats, is too long, or has
   *     no notes, or a note that is not a key of a piano
   */
  static Piece read(byte[] content, String name, int stepsPerBeat) {
    ByteBuffer file = ByteBuffer.wrap(content);
    try {
      file.getInt(); // HEADER
      ByteBuffer header = take(file, Integer.toUnsignedLong(file.getInt()));
      header.getShort(); // the format
      int tracks = Short.toUnsignedInt(header.getShort());
      short ticksPerBeat = header.getShort();
      if (ticksPerBeat < 1) {
        throw new ComportaException(
            formatted(
                "[music] expected a MIDI file that counts time in beats but %s counts in %s; save it with ticks per quarter note",
                name, ticksPerBeat == 0 ? "ticks of no length" : "frames of film"));
      }
      MidiReader reader = new MidiReader(name, (double) stepsPerBeat / ticksPerBeat);
      while (tracks > 0 && file.hasRemaining()) {
        boolean isTrack = file.getInt() == TRACK;
        ByteBuffer chunk = take(file, Integer.toUnsignedLong(file.getInt()));
        if (isTrack) { // other chunks are skipped
          reader.add(chunk);
          tracks--;
        }
      }
      return reader.piece();
    } catch (BufferUnderflowException e) {
      throw new ComportaException(
          formatted("[music] expected a MIDI file but %s is damaged", name), e);
    }
  }

  /** The next bytes, which are not copied. */
  private static ByteBuffer take(ByteBuffer from, long length) {
    if (length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer bytes = from.slice(from.position(), (int) length);
    from.position(from.position() + (int) length);
    return bytes;
  }

  /** A number of seven bits a byte; those too large for an int are all the largest int. */
  private static int variable(ByteBuffer from) {
    long value = 0;
    byte next;
    do {
      next = from.get();
      value = Math.min((value << 7) | (next & 0x7F), Integer.MAX_VALUE);
    } while (next < 0);
    return (int) value;
  }

  private void add(ByteBuffer track) {
    long[] began = new long[CHANNELS * NOTES]; // 1 + the tick, or 0
    long tick = 0;
    int running = 0; // the status of the last message of a channel, which the next may leave out
    boolean ended = false;
    while (track.hasRemaining() && !ended) {
      tick += variable(track);
      int first = track.get();
      if (first >= 0) {
        track.position(track.position() - 1);
      }
      int status = first >= 0 ? running : first & 0xFF;
      if (status == META) {
        ended = track.get() == END_OF_TRACK;
        take(track, variable(track));
      } else if (status == EXCLUSIVE || status == ESCAPE) {
        take(track, variable(track));
      } else {
        running = status;
        message(status, track, tick, began);
      }
    }
    for (int at = 0; at < began.length; at++) {
      if (began[at] > 0) {
        sound(at % NOTES, began[at] - 1, tick);
      }
    }
  }

  /** Reads the data of a channel's message, and ends and begins notes. */
  private void message(int status, ByteBuffer track, long tick, long[] began) {
    int command = status & 0xF0;
    int channel = status & 0x0F;
    int note = track.get();
    int velocity = command == PROGRAM || command == PRESSURE ? 0 : track.get();
    if (status < NOTE_OFF || status > EXCLUSIVE || note < 0 || velocity < 0) {
      throw new ComportaException(
          formatted("[music] expected a MIDI file but %s is damaged", name));
    }
    if (channel == DRUMS || (command != NOTE_ON && command != NOTE_OFF)) {
      return;
    }
    int at = channel * NOTES + note;
    if (began[at] > 0) { // a note that begins again ends
      sound(note, began[at] - 1, tick);
    }
    began[at] = command == NOTE_ON && velocity > 0 ? tick + 1 : 0;
  }

  private void sound(int note, long from, long to) {
    grid.sound(note, Math.round(from * stepsPerTick), Math.round(to * stepsPerTick));
  }

  private Piece piece() {
    return grid.piece(
        formatted(
            "[music] expected notes, other than drums, in the MIDI file %s but it has none", name));
  }
}
