package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import org.jspecify.annotations.Nullable;

/**
 * Reads MIDI files as piano rolls: all tracks and channels but the drums together. A note sounds at
 * the timesteps from the one nearest to its beginning up to the one nearest to its end, one at
 * least; timesteps before the first note are left out.
 */
final class MidiReader {
  private static final int HEADER = 0x4D546864; // MThd
  private static final int TRACK = 0x4D54726B; // MTrk
  private static final int DRUMS = 9;
  private static final int NOTES = 128;
  private static final int CHANNELS = 16;
  private static final int META = 0xFF;
  private static final int EXCLUSIVE = 0xF0;
  private static final int ESCAPE = 0xF7;

  private MidiReader() {}

  /** Whether a file begins as MIDI files do. */
  static boolean isMidi(byte[] content) {
    return content.length >= Integer.BYTES && ByteBuffer.wrap(content).getInt() == HEADER;
  }

  /**
   * Reads the content of a file.
   *
   * @param stepsPerBeat timesteps of a quarter note
   * @throws ComportaException if it is damaged, counts frames instead of beats, is too long, or has
   *     no notes or some that a piano has not
   */
  static Piece read(byte[] content, String name, int stepsPerBeat) {
    Sequence sequence;
    try {
      requireWhole(ByteBuffer.wrap(content), name);
      sequence = MidiSystem.getSequence(new ByteArrayInputStream(content));
    } catch (InvalidMidiDataException | IOException | BufferUnderflowException e) {
      throw damaged(name, e);
    }
    if (sequence.getDivisionType() != Sequence.PPQ || sequence.getResolution() < 1) {
      throw new ComportaException(
          formatted(
              "[music] expected a MIDI file that counts time in beats but %s counts in %s; save it with ticks per quarter note",
              name, sequence.getResolution() < 1 ? "ticks of no length" : "frames of film"));
    }
    return new Roll(name, (double) stepsPerBeat / sequence.getResolution()).of(sequence);
  }

  private static ComportaException damaged(String name, @Nullable Exception cause) {
    String sentence = formatted("[music] expected a MIDI file but %s is damaged", name);
    return cause == null ? new ComportaException(sentence) : new ComportaException(sentence, cause);
  }

  /**
   * Refuses a file with an event that claims more bytes than its track has, before the reader of
   * the JDK takes memory for them.
   */
  private static void requireWhole(ByteBuffer file, String name) {
    while (file.remaining() >= 2 * Integer.BYTES) {
      int kind = file.getInt();
      long length = Integer.toUnsignedLong(file.getInt());
      if (length > file.remaining()) {
        throw damaged(name, null);
      }
      if (kind == TRACK) {
        requireTrack(file.slice(file.position(), (int) length), name);
      }
      file.position(file.position() + (int) length);
    }
  }

  private static void requireTrack(ByteBuffer track, String name) {
    int running = 0;
    while (track.hasRemaining()) {
      variable(track); // the time since the event before
      int status = Byte.toUnsignedInt(track.get(track.position()));
      if (status >= 0x80) {
        track.get();
        running = status;
      }
      if (running == META) {
        track.get();
      }
      long length =
          switch (running) {
            case META, EXCLUSIVE, ESCAPE -> variable(track);
            default -> running >> 4 == 0xC || running >> 4 == 0xD ? 1 : 2;
          };
      if (running < 0x80 || length > track.remaining()) {
        throw damaged(name, null);
      }
      track.position(track.position() + (int) length);
    }
  }

  /** A number of seven bits a byte. */
  private static long variable(ByteBuffer from) {
    long value = 0;
    byte next;
    do {
      next = from.get();
      value = Math.min((value << 7) | (next & 0x7F), Integer.MAX_VALUE);
    } while (next < 0);
    return value;
  }

  /** The notes of a sequence on a grid of timesteps. */
  private static final class Roll {
    private final String name;
    private final double stepsPerTick;
    private final List<BitSet> steps = new ArrayList<>();

    Roll(String name, double stepsPerTick) {
      this.name = name;
      this.stepsPerTick = stepsPerTick;
    }

    Piece of(Sequence sequence) {
      for (Track track : sequence.getTracks()) {
        add(track);
      }
      int first = 0;
      while (first < steps.size() && steps.get(first).isEmpty()) {
        first++;
      }
      if (first == steps.size()) {
        throw new ComportaException(
            formatted(
                "[music] expected notes, other than drums, in the MIDI file %s but it has none",
                name));
      }
      List<List<Integer>> chords =
          steps.subList(first, steps.size()).stream()
              .map(step -> step.stream().boxed().toList())
              .toList();
      return Piece.of(chords, name);
    }

    private void add(Track track) {
      long[] began = new long[CHANNELS * NOTES]; // 1 + the tick, or 0
      for (int i = 0; i < track.size(); i++) {
        MidiEvent event = track.get(i);
        if (!(event.getMessage() instanceof ShortMessage message)
            || message.getChannel() == DRUMS) {
          continue;
        }
        int command = message.getCommand();
        if (command != ShortMessage.NOTE_ON && command != ShortMessage.NOTE_OFF) {
          continue;
        }
        int note = message.getData1();
        int at = message.getChannel() * NOTES + note;
        if (began[at] > 0) { // a note that begins again ends
          sound(note, began[at] - 1, event.getTick());
        }
        boolean begins = command == ShortMessage.NOTE_ON && message.getData2() > 0;
        began[at] = begins ? event.getTick() + 1 : 0;
      }
      for (int at = 0; at < began.length; at++) {
        if (began[at] > 0) {
          sound(at % NOTES, began[at] - 1, track.ticks());
        }
      }
    }

    private void sound(int note, long from, long to) {
      long first = Math.round(from * stepsPerTick);
      long last = Math.max(first + 1, Math.round(to * stepsPerTick));
      if (last > Piece.MOST_STEPS) {
        throw new ComportaException(
            formatted(
                "[music] expected a piece of at most %,d timesteps in %s but it has %,d or more; cut it, or use fewer --steps-per-beat",
                Piece.MOST_STEPS, name, last));
      }
      while (steps.size() < last) {
        steps.add(new BitSet());
      }
      for (long t = first; t < last; t++) {
        steps.get((int) t).set(note);
      }
    }
  }
}
