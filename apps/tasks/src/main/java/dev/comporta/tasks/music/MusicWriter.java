package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Writes chords to a file: MIDI, sound in WAV or notes in JSON, by its ending. A note that sounds
 * at consecutive timesteps is held. The synthesizer of the JDK makes the sound, without a sound
 * card: {@code AudioSystem} reads MIDI files as it reads sound files.
 */
final class MusicWriter {
  private static final int MOST_MINUTES = 60;
  private static final int TICKS = 120; // of a timestep
  private static final int VELOCITY = 80;
  private static final int SET_TEMPO = 0x51;
  private static final int MICROSECONDS_PER_MINUTE = 60_000_000;
  private static final List<String> ENDINGS = List.of(".mid", ".midi", ".wav", ".json");

  private MusicWriter() {}

  /** Refuses a file with another ending. */
  static void requireKnown(Path file) {
    if (ENDINGS.stream().noneMatch(it -> ending(file, it))) {
      throw new InvalidOptionException(
          formatted("--out expected a file that ends in .mid, .wav or .json but got %s", file));
    }
  }

  private static boolean ending(Path file, String end) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(end);
  }

  /**
   * Writes chords, to a temporary file that is renamed.
   *
   * @param stepsPerBeat timesteps of a quarter note
   * @param tempo quarter notes per minute
   */
  static void write(Path file, List<List<Integer>> chords, int stepsPerBeat, int tempo) {
    if (ending(file, ".json")) {
      AtomicFile.write(file, (chords + "\n").getBytes(StandardCharsets.UTF_8));
    } else if (ending(file, ".wav")) {
      byte[] midi = midi(chords, stepsPerBeat, tempo);
      AtomicFile.write(file, out -> sound(midi, out));
    } else {
      AtomicFile.write(file, midi(chords, stepsPerBeat, tempo));
    }
  }

  /** Refuses more sound than anybody listens to, which would fill the disk. */
  static void requireLength(Path file, int steps, int stepsPerBeat, int tempo) {
    double minutes = (double) steps / stepsPerBeat / tempo;
    if (ending(file, ".wav") && minutes > MOST_MINUTES) {
      throw new InvalidOptionException(
          formatted(
              "--out expected at most %d minutes of sound but the piece lasts %.0f; write a .mid file, or give a smaller --length or a larger --tempo",
              MOST_MINUTES, minutes));
    }
  }

  /** Chords as the bytes of a MIDI file. */
  static byte[] midi(List<List<Integer>> chords, int stepsPerBeat, int tempo) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Sequence sequence = new Sequence(Sequence.PPQ, TICKS * stepsPerBeat);
      Track track = sequence.createTrack();
      int beat = MICROSECONDS_PER_MINUTE / tempo;
      byte[] data = {(byte) (beat >> 16), (byte) (beat >> 8), (byte) beat};
      track.add(new MidiEvent(new MetaMessage(SET_TEMPO, data, data.length), 0));
      for (int t = 0; t < chords.size(); t++) {
        for (int note : chords.get(t)) {
          if (t > 0 && chords.get(t - 1).contains(note)) {
            continue;
          }
          int end = t + 1;
          while (end < chords.size() && chords.get(end).contains(note)) {
            end++;
          }
          track.add(event(ShortMessage.NOTE_ON, note, VELOCITY, t));
          track.add(event(ShortMessage.NOTE_OFF, note, 0, end));
        }
      }
      // The track is as long as the chords, even if the last of them are rests.
      track.add(event(ShortMessage.CONTROL_CHANGE, 123, 0, chords.size())); // all notes off
      MidiSystem.write(sequence, 1, bytes);
    } catch (InvalidMidiDataException | IOException e) {
      throw new IllegalStateException(e); // the notes are keys, and memory is always writable
    }
    return bytes.toByteArray();
  }

  private static MidiEvent event(int command, int first, int second, int step)
      throws InvalidMidiDataException {
    return new MidiEvent(new ShortMessage(command, 0, first, second), (long) step * TICKS);
  }

  /** Writes the sound of a MIDI file as a WAV file: 44.1 kHz, 16 bit, stereo. */
  private static void sound(byte[] midi, OutputStream out) throws IOException {
    try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(midi))) {
      AudioSystem.write(sound, AudioFileFormat.Type.WAVE, out);
    } catch (UnsupportedAudioFileException e) {
      throw new ComportaException(
          "[music] expected a Java runtime whose AudioSystem plays MIDI files, as that of OpenJDK does; write a .mid file instead",
          e);
    }
  }
}
