package dev.comporta.tasks.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.tensor.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pieces in MIDI and JSON: what is read is what is there, and the rest is named. */
class MusicFilesTest {
  @TempDir private Path folder;

  private static List<Piece> json(String text) {
    return MusicFiles.read(text.getBytes(StandardCharsets.UTF_8), "f", 2).parts().values().stream()
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[[64, 60, 64], [], [21, 108]]] | [[60, 64], [], [21, 108]]",
        "[[64, 60], [], [62]] | [[60, 64], [], [62]]",
        "[[], [62]] | [[], [62]]",
        "{\"train\": [[[60]]]} | [[60]]",
        "[[[], []]] | [[], []]",
      })
  void piecesInJson(String text, String chords) {
    assertThat(json(text)).hasSize(1);
    assertThat(json(text).getFirst().chords()).hasToString(chords);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | expected pieces in f but it has none",
        "{} | expected pieces in f but it has none",
        "[[[60]], []] | expected a piece of one timestep or more in piece 2 of f",
        "{\"valid\": [[]]} | in piece 1 of part 'valid' of f but it is empty",
        "[[[60], [109]]] | expected notes from 21 to 108, the keys of a piano, in piece 1 of f but step 2 has 109",
        "[[20]] | in f but step 1 has 20",
        "[[[60, 1.5]]] | expected MIDI notes in step 1 of piece 1 of f but found 1.5",
        "[[[99999999999999999999]]] | but found 99999999999999999999",
        "[[[60], 3]] | expected a list of notes as step 2 of piece 1 of f but found 3",
        "[3] | expected a list of timesteps as piece 1 of f but found 3",
        "3 | expected a list of pieces as f but found 3",
        "{\"a\": {}} | expected a list of pieces as part 'a' of f but found an object",
        "[[[[60]]]] | expected MIDI notes",
        "[[60] | f is neither",
        "hello | expected a MIDI file, or JSON such as [[[60, 64], [62]]], but f is neither",
        "[[60]] [[61]] | f is neither",
      })
  void jsonThatCannotBeUsed(String text, String message) {
    assertThatThrownBy(() -> json(text))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  /** JSON may be in UTF-32, which these bytes claim to be, and are not. */
  @Test
  void charactersThatCannotBeReadAreRefused() {
    byte[] content = {0, 0, 0, 6, 0, 0, 0, 1, 0, 0x60, 0x4d, 0x54, 0x72, 0x6b, 0, 0};
    assertThatThrownBy(() -> MusicFiles.read(content, "f", 4))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("f is neither: Invalid UTF-32 character");
  }

  /** What is written as MIDI and read again is the same, at any resolution. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "96"})
  void chordsSurviveMidi(int stepsPerBeat) {
    List<List<Integer>> chords =
        List.of(
            List.of(60, 64),
            List.of(60, 65),
            List.of(),
            List.of(21, 108),
            List.of(21),
            List.of(30));
    byte[] midi = MusicWriter.midi(chords, stepsPerBeat, 90);
    assertThat(MidiReader.read(midi, "f", stepsPerBeat).chords()).isEqualTo(chords);
  }

  @Test
  void allTracksAndChannelsButDrumsSoundTogether() throws Exception {
    Sequence sequence = new Sequence(Sequence.PPQ, 96);
    for (int channel : new int[] {0, 3, 9}) {
      Track track = sequence.createTrack();
      track.add(event(ShortMessage.NOTE_ON, channel, 60 + channel, 80, 90)); // nearly a beat later
      track.add(event(ShortMessage.NOTE_ON, channel, 60 + channel, 0, 200)); // ends it
      track.add(event(ShortMessage.NOTE_ON, channel, 72 + channel, 80, 192));
      track.add(event(ShortMessage.NOTE_OFF, channel, 72 + channel, 0, 193)); // too short
    }
    sequence.createTrack().add(event(ShortMessage.NOTE_ON, 1, 50, 80, 192)); // never ends
    sequence.getTracks()[3].add(event(ShortMessage.CONTROL_CHANGE, 1, 7, 80, 288));
    byte[] midi = bytes(sequence);
    assertThat(MidiReader.read(midi, "f", 1).chords())
        .isEqualTo(List.of(List.of(60, 63), List.of(50, 72, 75)));
    assertThat(MidiReader.read(midi, "f", 2).chords())
        .hasToString("[[60, 63], [60, 63], [50, 72, 75], [50]]");
  }

  private static MidiEvent event(int command, int channel, int note, int velocity, long tick)
      throws Exception {
    return new MidiEvent(new ShortMessage(command, channel, note, velocity), tick);
  }

  private static byte[] bytes(Sequence sequence) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MidiSystem.write(sequence, 1, out);
    return out.toByteArray();
  }

  @Test
  void midiThatCannotBeUsedIsNamed() throws Exception {
    refused(MusicWriter.midi(List.of(List.of()), 2, 90), "expected notes, other than drums,");
    Sequence film = new Sequence(Sequence.SMPTE_25, 40);
    film.createTrack().add(event(ShortMessage.NOTE_ON, 0, 60, 80, 0));
    refused(bytes(film), "counts in frames of film");
    Sequence high = new Sequence(Sequence.PPQ, 4);
    high.createTrack().add(event(ShortMessage.NOTE_ON, 0, 110, 80, 0));
    refused(bytes(high), "expected notes from 21 to 108");
    Sequence endless = new Sequence(Sequence.PPQ, 1);
    endless.createTrack().add(event(ShortMessage.NOTE_ON, 0, 60, 80, 100_000_000));
    refused(bytes(endless), "expected a piece of at most 20,000 timesteps");
    byte[] midi = MusicWriter.midi(List.of(List.of(60)), 2, 90);
    for (int length = 4; length < midi.length; length++) { // the end of the track may be missing
      byte[] cut = Arrays.copyOf(midi, length);
      assertThatThrownBy(() -> MusicFiles.read(cut, "f", 2)).isInstanceOf(ComportaException.class);
    }
  }

  /** A meta event that claims 200 MB in a file of a few bytes. */
  @Test
  void anEventLargerThanItsTrackIsRefusedBeforeMemoryIsTaken() {
    refused(
        HexFormat.ofDelimiter(" ")
            .parseHex(
                "4d 54 68 64 00 00 00 06 00 00 00 01 00 60 4d 54 72 6b 00 00 00 08 00 ff 01 e0 80 80 00 00"),
        "f is damaged");
  }

  private static byte[] midi(String tracks) {
    String header = "4d546864 00000006 0001 0002 0060 ";
    return HexFormat.of().parseHex((header + tracks).replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "4d54726b 00000001 00", // a time without an event
    "4d54726b 00000004 009fff50", // a note beyond the last one of the last channel
    "4d54726b 00000003 003c50", // data without a status
    "4d54726b 00000003 00f100", // a status that files do not have
    "4d54726b 00000004 00903c", // a track longer than the file
  })
  void damagedTracksAreRefused(String track) {
    refused(midi(track), "f is damaged");
  }

  /** A status may be left out, even after a meta event; only tracks are read, and only so many. */
  @Test
  void statusesAreRememberedAndUnknownChunksSkipped() {
    String tracks =
        "41424344 00000002 ffff 4d54726b 00000012 00903c50 00ff0100 00404f 603c00 81004000"
            + " 4d54726b 0000000a 00c005 60903e50 203e00 ffff";
    assertThat(MusicFiles.read(midi(tracks), "f", 1).parts().get(""))
        .extracting(piece -> piece.chords().toString())
        .containsExactly("[[60, 64], [62, 64]]");
  }

  private static void refused(byte[] midi, String message) {
    assertThatThrownBy(() -> MusicFiles.read(midi, "f", 1))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void foldersArePiecesInTheOrderOfTheirNames() throws Exception {
    assertThatThrownBy(() -> MusicFiles.read(folder, 2))
        .hasMessageContaining(
            "expected MIDI or ABC files, whose names end in .mid, .midi or .abc, in the folder");
    Files.createDirectories(folder.resolve("b"));
    Files.write(folder.resolve("b/2.MID"), MusicWriter.midi(List.of(List.of(62)), 2, 90));
    Files.write(folder.resolve("a.midi"), MusicWriter.midi(List.of(List.of(60)), 2, 90));
    Files.writeString(folder.resolve("notes.txt"), "not music");
    assertThat(MusicFiles.read(folder, 2).training().stream().map(Piece::chords))
        .containsExactly(List.of(List.of(60)), List.of(List.of(62)));
  }

  @Test
  void partsDecideWhatIsHeldOutAndScored() {
    byte[] text =
        "{\"train\": [[[60]], [[61]]], \"valid\": [[[62]]]}".getBytes(StandardCharsets.UTF_8);
    MusicFiles files = MusicFiles.read(text, "f", 2);
    MusicFiles.Split split = files.split(0.5, new CounterRandom(1));
    assertThat(split.training()).hasSize(2);
    assertThat(split.heldOut()).extracting(Piece::lowest).containsExactly(62);
    assertThat(files.scored()).isEqualTo("valid");
    assertThat(files.fitted()).hasSize(2);
    byte[] test = "{\"test\": [[[60]]], \"valid\": [[[62]]]}".getBytes(StandardCharsets.UTF_8);
    assertThat(MusicFiles.read(test, "f", 2).scored()).isEqualTo("test");
    assertThat(MusicFiles.read(test, "f", 2).validation().getFirst().lowest()).isEqualTo(62);
    MusicFiles list = new MusicFiles("f", Map.of("", files.parts().get("train")));
    assertThat(list.split(0.1, new CounterRandom(1)).heldOut()).hasSize(1);
    assertThat(list.fitted()).isEmpty();
    assertThatThrownBy(() ->
            new MusicFiles("f", Map.of("test", files.training())).split(0.1, new CounterRandom(1)))
        .hasMessageContaining("expected pieces in the part 'train' of f");
  }

  @Test
  void theSynthesizerSoundsWithoutASoundCard() throws Exception {
    Path file = folder.resolve("x.wav");
    MusicWriter.write(file, List.of(List.of(60, 64, 67), List.of(60), List.of()), 1, 120);
    try (AudioInputStream in =
        AudioSystem.getAudioInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      assertThat(in.getFormat().getSampleRate()).isEqualTo(44_100);
      assertThat(in.getFrameLength() / 44_100.0).isBetween(1.4, 6.0); // three beats, some echo
      byte[] samples = in.readAllBytes();
      int loudest = 0;
      for (int i = 0; i + 1 < samples.length; i += 2) {
        loudest =
            Math.max(loudest, Math.abs((short) ((samples[i] & 0xFF) | (samples[i + 1] << 8))));
      }
      assertThat(loudest).isGreaterThan(500);
    }
  }

  @Test
  void baselinesAreThoseOfTheirDefinition() {
    List<Piece> pieces =
        List.of(Piece.of(List.of(List.of(60), List.of(60), List.of(), List.of(60)), "p"));
    KeyStatistics statistics = new KeyStatistics(pieces);
    double others = -(Piece.KEYS - 1) * Math.log(4.0 / 5);
    double marginal = -(2 * Math.log(3.0 / 5) + Math.log(2.0 / 5)) / 3 + others;
    assertThat(statistics.marginal(pieces)).isCloseTo(marginal, within(1e-9));
    // after 60, it sounds once and does not once; after silence, it sounds
    double markov = -(2 * Math.log(2.0 / 4) + Math.log(2.0 / 3)) / 3 + others;
    assertThat(statistics.markov(pieces)).isCloseTo(markov, within(1e-9));
  }

  @Test
  void choralesHaveFourPartsInOneKey() {
    List<Piece> pieces = Chorales.generate(30, new CounterRandom(3));
    assertThat(pieces).hasSize(30);
    for (Piece piece : pieces) {
      assertThat(piece.steps()).isEqualTo(64);
      assertThat(piece.chords()).allSatisfy(chord -> assertThat(chord.size()).isBetween(3, 4));
      assertThat(
              piece.chords().stream().flatMap(List::stream).map(it -> it % 12).distinct().count())
          .isLessThanOrEqualTo(8); // a scale, and the raised seventh
    }
    assertThat(Chorales.generate(30, new CounterRandom(3)).get(7).chords())
        .isEqualTo(pieces.get(7).chords());
  }
}
