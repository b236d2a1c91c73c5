package dev.comporta.tasks.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tunes in ABC notation: each sign means what the standard says, and the rest is named. */
class AbcReaderTest {
  /** With L:1/4, each note of length 1 is one timestep. */
  private static final int STEPS = 1;

  @TempDir private Path folder;

  private static List<Piece> tunes(String text, int stepsPerBeat) {
    return MusicFiles.read(text.getBytes(StandardCharsets.UTF_8), "f", stepsPerBeat).pieces("");
  }

  /** A tune in quarter notes. */
  private static String tune(String key, String music) {
    return "X:1\nT:a title\nM:4/4\nL:1/4\nK:" + key + "\n" + music.replace("~~", "\n") + "\n";
  }

  private static String notes(String key, String music, int stepsPerBeat) {
    List<Piece> pieces = tunes(tune(key, music), stepsPerBeat);
    assertThat(pieces).hasSize(1);
    List<String> chords = new ArrayList<>();
    for (List<Integer> chord : pieces.getFirst().chords()) {
      chords.add(
          chord.isEmpty() ? "-" : String.join("+", chord.stream().map(String::valueOf).toList()));
    }
    return String.join(" ", chords);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "C; CDEF GABc; 60 62 64 65 67 69 71 72",
        "C; C,C,,c'c''B'; 48 36 84 96 83",
        "C; ^C__D=E^^F_G; 61 60 64 67 66",
        "C; C2 D3 E; 60 60 62 62 62 64",
        "C; C z D x2 E; 60 - 62 - - 64",
        "C; z2 C D; 60 62", // what is before the first note is left out
        "C; C Z D; 60 - - - - 62",
        "C; [CEG] [EGc]2; 60+64+67 64+67+72 64+67+72",
        "C; [C2E] D; 60+64 60 62", // a chord is as long as its first note
        "C; [A,^CE] [^c'A]; 57+61+64 69+85",
        "G; F F | =F F | F f; 66 66 65 65 66 78",
        "C; ^F F | F; 66 66 65", // accidentals hold until the bar
        "C; ^F f; 66 77", // for one octave
        "C; ^F- | F F; 66 66 65", // a tie takes them along
        "C; [^FA]- | [FA] F; 66+69 66+69 65",
        "C; [^FA]- | [FA]- | [FA]; 66+69 66+69 66+69", // also across two bars
        "C; ^G [\"G\"CE]- | [CE] G; 68 60+64 60+64 67", // a chord symbol is not a note
        "F#m; FGAB; 66 68 69 71",
        "Bb; BE; 70 63",
        "Cm; EAB; 63 68 70",
        "D dor; FGAB c; 65 67 69 71 72",
        "Ador; F; 66",
        "E phrygian; F G; 65 67",
        "G mix; F; 65",
        "F lyd; B; 71",
        "B loc; C F; 60 65",
        "A minor; F; 65",
        "C#; CB; 61 72",
        "Cb; CF; 59 64",
        "none; F; 65",
        "Hp; F c; 66 73",
        "D Phr ^F; F B; 66 70",
        "D exp _B _e; B E F; 70 63 65",
        "C clef=bass; C; 60",
        "C octave=-1; C; 48",
        "C clef=treble-8; C; 48",
        "C transpose=2; C; 62",
        "C; C | [K:G] F [K:Am] F; 60 66 65",
        "C; C [L:1/2] D; 60 62 62",
        "C; C~~K:D~~F; 60 66",
        "C; C D :| E; 60 62 60 62 64",
        "C; C~~D:|~~E; 60 62 60 62 64",
        "C; C |: D E :| F; 60 62 64 62 64 65",
        "C; C | D || E F :| G; 60 62 64 65 64 65 67",
        "C; |: C || D :| E; 60 62 60 62 64",
        "C; |: C :|: D :| E; 60 60 62 62 64",
        "C; |: C :: D :|; 60 60 62 62",
        "C; |:: C ::| D; 60 60 60 62",
        "C; |: C |1 D :|2 E || F; 60 62 60 64 65",
        "C; |: C [1 D :| [2 E | F; 60 62 60 64 65",
        "C; |: C [1,3 D :| [2 E :| F; 60 62 60 64 60 62 65",
        "C; |: C [1-2 D :| [3 E |: G :|; 60 62 60 62 60 64 67 67",
        "C; C [1 D :| [2 E || F G :|; 60 62 60 64 65 67 65 67",
        "C; \"Am\"C !trill!D .E ~F (G A) {cd}B \"^text\"c TC; 60 62 64 65 67 69 71 72 60",
        "C; C y D `E \\ % a comment; 60 62 64",
        "C; C F D; 60 65 62",
        "C; C~~w: la la~~D; 60 62",
        "C; C D~~%%MIDI program 1~~E; 60 62 64",
        "C; C4- | C D; 60 60 60 60 60 62",
        "C; +fermata+C D$; 60 62",
        "C; !5!C !>!D E ! F; 60 62 64 65",
        "C; C D ! E F !; 60 62 64 65", // old signs for the ends of printed lines
        "C; C~~w:| la :| la~~D; 60 62",
      })
  void music(String key, String music, String expected) {
    assertThat(notes(key, music, STEPS)).isEqualTo(expected);
  }

  /** Four timesteps for each quarter note. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "C/ D/2 E/4 F// G3/4; 60 60 62 62 64 65 67 67 67",
        "C>D E<F; 60 60 60 60 60 60 62 62 64 64 65 65 65 65 65 65",
        "C/ >> D/; 60 60 60 60 62",
        "C>[DF]; 60 60 60 60 60 60 62+65 62+65",
        "z>C D; 60 60 62 62 62 62",
        "[CE]/ [C/E/]2; 60+64 60+64 60+64 60+64 60+64 60+64",
        "(3C/D/E/ F; 60 62 62 64 65 65 65 65",
        "(3:2:2 C/ D F; 60 62 62 62 65 65 65 65",
        "(2CD E; 60 60 60 60 60 60 62 62 62 62 62 62 64 64 64 64",
      })
  void lengths(String music, String expected) {
    assertThat(notes("C", music, 4)).isEqualTo(expected);
  }

  @Test
  void threeInTheTimeOfTwoEndWhereTwoDo() {
    // 6 timesteps for a quarter: a triplet of eighths has 2 each
    assertThat(notes("C", "(3C/D/E/ F", 6)).isEqualTo("60 60 62 62 64 64 65 65 65 65 65 65");
  }

  @Test
  void theMeterDecidesWhatALengthIs() {
    assertThat(tunes("X:1\nM:2/4\nK:C\nC D\n", 4).getFirst().steps()).isEqualTo(2); // sixteenths
    assertThat(tunes("X:1\nM:6/8\nK:C\nC D\n", 4).getFirst().steps()).isEqualTo(4); // eighths
    assertThat(tunes("X:1\nK:C\nC D\n", 4).getFirst().steps()).isEqualTo(4);
    assertThat(tunes("M:2/4\n\nX:1\nK:C\nC D\n", 4).getFirst().steps()).isEqualTo(2);
    assertThat(tunes("X:1\nM:2/4\nK:C\n[M:4/4]C D\n", 4).getFirst().steps()).isEqualTo(2);
    assertThat(tunes("X:1\nM:3/4\nL:1/4\nK:C\nCZ2D\n", 1).getFirst().steps()).isEqualTo(8);
  }

  @Test
  void voicesSoundTogether() {
    String text =
        "X:1\nL:1/4\nV:1\nV:2 clef=bass octave=-1\nK:G\nV:1\nG A |: B :|\nV:2\n[K:F]B4\n[V:1] c\n";
    assertThat(tunes(text, 1).getFirst().chords())
        .hasToString("[[58, 67], [58, 69], [58, 71], [58, 71], [72]]");
    String drums = "X:1\nL:1/4\nK:C\nV:1\nC\nV:2 clef=perc\nDEF\n";
    assertThat(tunes(drums, 1).getFirst().chords()).hasToString("[[60]]");
  }

  @Test
  void filesHaveManyTunesAndOtherText() {
    String text =
        "%abc-2.1\nA tune book\n\nX:1\nT:one\nK:C\nC\n\nwords between: tunes\n\nX:2\nK:G\nF\nX:3\nK:C\nD\n";
    List<Piece> pieces = tunes("\ufeff" + text, 2);
    assertThat(pieces).hasSize(3);
    assertThat(pieces.get(1).chords()).hasToString("[[66]]");
    assertThat(pieces.get(1).place()).isEqualTo("the tune that begins in line 11 of f");
    assertThat(tunes(text.replace("\n", "\r\n"), 2)).hasSize(3);
    assertThat(tunes(text.replace("\n", "\r"), 2)).hasSize(3);
  }

  /** Searching the rest of the tune at each ending would take minutes. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void longTunesAreReadInTimeThatGrowsWithTheirLength() {
    assertThat(notes("C", "[2:|".repeat(200_000) + " C", 1)).isEqualTo("60");
    assertThatThrownBy(() -> notes("C", "[M:1" + "+1".repeat(200_000) + "/8] C", 1))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected a meter such as 6/8, C or none after M:");
  }

  @Test
  void foldersHoldTunes() throws Exception {
    Files.writeString(folder.resolve("a.abc"), tune("C", "C D"));
    Files.writeString(folder.resolve("b.ABC"), tune("C", "E") + "\n" + tune("C", "F"));
    Files.writeString(folder.resolve("notes.txt"), "no music");
    assertThat(MusicFiles.read(folder, 1).pieces("")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "C; C & E; expected voices of their own, V:, in place of overlays, which are not supported, in line 6 of f but got '&'",
        "C; C ^/D; expected a note without quarter tones, which are not supported, in line 6 of f but got '^/D'",
        "C; C !D.C.! D; expected repeats by bars, as jumps are not supported, in line 6",
        "C; C !dacoda! D; as jumps are not supported",
        "C; [CE; expected ']' at the end of a chord in line 6 of f but got '[CE'",
        "C; C [] D; expected notes between '[' and ']'",
        "C; [C|E]; expected notes in a chord in line 6 of f but got '|E]'",
        "C; +CEG+; expected chords between '[' and ']', as the old signs '+' are not supported, in line 6",
        "C; C0; expected a length from 1/1024 to 999 in line 6 of f but got '0'",
        "C; C/0; expected a length from",
        "C; C99999; expected a length from",
        "C; C///////; expected notes",
        "C; C,,,,,; expected notes from 21 to 108",
        "C; C,,,,,,; expected a note that a piano has in line 6 of f but got 'C,,,,,,'",
        "C; >C; expected a note before '>' or '<' in line 6 of f but got none",
        "C; \"Am C; expected '\"' at the end of a chord symbol in line 6",
        "C; {c C; expected '}' at the end of grace notes",
        "C; C : D; expected a bar such as :| or |: in line 6 of f but got ':'",
        "C; |: C [0 D :|; expected the numbers of an ending, such as [1 or [1,3, in line 6",
        "C; |: C [3-1 D :|; expected the numbers of an ending",
        "C; C {c} = D; expected notes, rests, bars or other signs of ABC in line 6 of f but got '= D'",
        "C; (1C; expected a tuplet such as (3 or (5:4 in line 6 of f but got '(1'",
        "C; C ü; expected notes, rests, bars or other signs of ABC",
        "C; C [12; expected notes, rests, bars or other signs of ABC in line 6 of f but got '[12'",
        "C; C [1/2; expected notes, rests, bars or other signs of ABC in line 6 of f but got '[1/2'",
        "C; z; expected notes in the tune that begins in line 1 of f but it has none; remove it",
        "H; C; expected a key such as G, F#m, D dor or none in line 5 of f but got 'H'",
        "C foo; C; expected a key such as G",
        "C; C~~M:4/x~~D; expected a meter such as 6/8, C or none after M: in line 7 of f but got '4/x'",
        "C; C~~L:0/8~~D; expected a length such as 1/8 after L: in line 7 of f but got '0/8'",
        "C; C~~m:~n = a~~D; expected no macros, which are not supported, in line 7",
        "C; [M:none] Z; expected a meter for rests of whole bars in line 6 of f but got M:none",
        "C; ::::::::::| C; expected at most 8 colons of a repeat in line 6",
      })
  void musicThatCannotBeUsed(String key, String music, String message) {
    assertThatThrownBy(() -> tunes(tune(key, music), 4))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("[music] expected ")
        .hasMessageContaining(message);
  }

  @Test
  void filesThatCannotBeUsed() {
    assertThatThrownBy(() -> tunes("X:1\nT:t\nCDE\n", 4))
        .hasMessageContaining("expected a field K: before the notes in line 3 of f but got 'CDE'");
    assertThatThrownBy(() -> tunes("X:1\nP:AABB\nK:C\nCDE\n", 4))
        .hasMessageContaining("in line 2 of f but got P:'AABB'");
    assertThat(tunes("X:1\nP:A\nK:C\nP:A\nCDE\n[P:B]F\n", 4)).hasSize(1);
    assertThatThrownBy(() -> AbcReader.read(new byte[0], "f.abc", 4))
        .hasMessageContaining("expected tunes in ABC notation");
    StringBuilder voices = new StringBuilder("X:1\nK:C\n");
    for (int i = 0; i < 65; i++) {
      voices.append("V:").append(i).append("\nC\n");
    }
    assertThatThrownBy(() -> tunes(voices.toString(), 4))
        .hasMessageContaining("expected at most 64 voices in line 131 of f but got another one");
    String long1 = tune("C", "C999 ".repeat(9));
    assertThatThrownBy(() -> tunes(long1, 4))
        .hasMessageContaining(
            "expected a piece of at most 20,000 timesteps in the tune that begins");
    String many = ("X:1\nL:1\nK:C\nC999\n\n").repeat(126);
    assertThatThrownBy(() -> tunes(many, 4))
        .hasMessageContaining("expected at most 2,000,000 timesteps in all tunes of f");
    String fine =
        tune(
            "C", "(3C/1024 (5C/1024 (7C/1024 (9C/1024 " + "(7:11C (9:13C (5:17C (7:19C ".repeat(9));
    assertThat(tunes(fine, 4)).hasSize(1);
  }
}
