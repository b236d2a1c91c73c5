package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads tunes in ABC notation, version 2.1, as piano rolls: notes with accidentals, octaves and
 * lengths, chords, rests, ties, broken rhythm, tuplets, keys and meters, also where they change
 * within a tune, repeats with their endings, and voices, which sound together. What is only printed
 * (titles, words, chord symbols, decorations, slurs) is left out, and so are grace notes and drums;
 * what would change the notes and is not supported is refused with its line.
 */
final class AbcReader {
  private static final Pattern TUNE = Pattern.compile("(?m)^X:");
  private static final Pattern FIELD = Pattern.compile("([A-Za-z+]):(.*)");

  /** A note before a repeat, which is not a field. */
  private static final Pattern NOTE_AND_BAR = Pattern.compile("[A-Ga-g]:[|:].*");

  private static final Pattern FRACTION = Pattern.compile("(\\d{1,4})/(\\d{1,4})");
  private static final Pattern METER =
      Pattern.compile("\\(?(\\d{1,3}(?:\\s*+\\+\\s*+\\d{1,3}){0,15})\\)?\\s*+/\\s*+(\\d{1,4})");
  private static final int MOST_VOICES = 64;
  private static final Pattern COMPOUND = Pattern.compile("(6|9|12)/\\d+");

  /** The timesteps of all tunes of a file. */
  private static final long MOST_STEPS = 2_000_000;

  private final String name;
  private final int stepsPerBeat;
  private final List<Piece> pieces = new ArrayList<>();

  /** What a file's header sets for all tunes. */
  private final Map<String, String> defaults = new LinkedHashMap<>();

  private int line;
  private long steps;

  /** The line where the tune began; 0 between tunes. */
  private int begin;

  /** The length of a bar; null without a meter. */
  private @Nullable AbcTime bar;

  private boolean isCompound;
  private @Nullable AbcTime unit;
  private @Nullable AbcKey key;
  private final Map<String, AbcVoice> voices = new LinkedHashMap<>();
  private String voice = "";

  private AbcReader(String name, int stepsPerBeat) {
    this.name = name;
    this.stepsPerBeat = stepsPerBeat;
  }

  /** What is wrong in a line. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * A line that cannot be read.
     *
     * @param expected what should be there
     * @param found what is there
     */
    Damaged(String expected, String found) {
      super(formatted("expected %s%%s but got %s", expected, found), null, false, false);
    }

    String in(String place) {
      return String.valueOf(getMessage()).replace("%s", place);
    }
  }

  /** Whether a file is in ABC notation, by its name or by a tune's number in it. */
  static boolean isAbc(byte[] content, String name) {
    if (isNamed(name)) {
      return true;
    }
    String text = new String(content, StandardCharsets.ISO_8859_1).stripLeading();
    return !text.startsWith("[") && !text.startsWith("{") && TUNE.matcher(text).find();
  }

  /** Whether a file's name says that it is in ABC notation. */
  static boolean isNamed(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".abc");
  }

  /**
   * Reads the tunes of a file, one or more.
   *
   * @param stepsPerBeat timesteps of a quarter note
   * @throws ComportaException naming the line of what cannot be used
   */
  static List<Piece> read(byte[] content, String name, int stepsPerBeat) {
    AbcReader reader = new AbcReader(name, stepsPerBeat);
    // letters beyond ASCII occur only in what is left out, so that any encoding will do
    for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\r\n|\r|\n", -1)) {
      reader.line++;
      try {
        reader.line(line);
      } catch (Damaged e) {
        throw new ComportaException(
            "[music] " + e.in(formatted(" in line %d of %s", reader.line, name)));
      } catch (ArithmeticException e) {
        throw new ComportaException(
            formatted(
                "[music] expected notes of usual lengths but those up to line %d of %s are too fine to add",
                reader.line, name),
            e);
      }
    }
    reader.end();
    if (reader.pieces.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[music] expected tunes in ABC notation, which begin with a line such as X:1, in %s but found none",
              name));
    }
    return reader.pieces;
  }

  private void line(String raw) throws Damaged {
    String text = raw.strip();
    if (text.isEmpty()) {
      end();
      return;
    }
    int comment = comment(text);
    text = text.substring(0, comment).strip();
    if (text.isEmpty()) {
      return;
    }
    Matcher field = FIELD.matcher(text);
    boolean isMusic = key != null && NOTE_AND_BAR.matcher(text).matches();
    if (field.matches() && !isMusic) {
      field(field.group(1), field.group(2).strip());
    } else if (begin > 0) {
      if (key == null) {
        throw new Damaged("a field K: before the notes", quoted(text));
      }
      new AbcMusic(this).read(text);
    } // else it is text between tunes
  }

  /** Where a comment begins; a per cent sign may also be escaped. */
  private static int comment(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%' && (i == 0 || text.charAt(i - 1) != '\\')) {
        return i;
      }
    }
    return text.length();
  }

  /** Reads a field, on a line of its own or within music. */
  void field(String letter, String value) throws Damaged {
    if (letter.equals("X")) {
      end();
      begin = line;
      for (Map.Entry<String, String> kept : defaults.entrySet()) {
        field(kept.getKey(), kept.getValue());
      }
      return;
    }
    if (begin == 0) {
      if (letter.equals("M") || letter.equals("L")) {
        defaults.put(letter, value);
      }
      return;
    }
    switch (letter) {
      case "M" -> {
        bar = meter(value);
        isCompound = COMPOUND.matcher(value).matches();
      }
      case "L" -> {
        AbcTime length = length(value);
        if (key == null) {
          unit = length;
        } else {
          voice().unit = length;
        }
      }
      case "K" -> key(value);
      case "V" -> voice(value);
      case "P" -> {
        if (key == null && value.length() > 1) {
          throw new Damaged(
              "no order of parts, which is not supported: write the parts in the order in which they are played,",
              "P:" + quoted(value));
        }
      }
      case "m" -> throw new Damaged("no macros, which are not supported,", "m:" + quoted(value));
      default -> {} // titles, composers, words, tempo, ...
    }
  }

  static String quoted(String text) {
    int end = text.offsetByCodePoints(0, Math.min(20, text.codePointCount(0, text.length())));
    return "'" + Printable.quote(text.substring(0, end)).replace("%", "") + "'";
  }

  private void key(String value) throws Damaged {
    AbcKey read = AbcKey.of(value, false);
    if (read == null) {
      throw new Damaged("a key such as G, F#m, D dor or none", quoted(value));
    }
    if (key == null) {
      key = read;
      unit = unit(); // by the meter of the header
      for (AbcVoice own : voices.values()) {
        own.key = read.accidentals() == null ? own.key : read.accidentals();
        own.unit = unit;
        own.shift += read.shift();
      }
      return;
    }
    AbcVoice own = voice();
    own.key = read.accidentals() == null ? own.key : read.accidentals();
    own.accidentals.clear();
    own.shift = read.isShifted() ? read.shift() : own.shift;
    own.silent |= read.silent();
  }

  private void voice(String value) throws Damaged {
    String[] parts = value.split("\\s+", 2);
    AbcKey settings = AbcKey.of(parts.length > 1 ? parts[1] : "", true);
    if (parts[0].isEmpty() || settings == null) {
      throw new Damaged("the name of a voice after V:", quoted(value));
    }
    voice = parts[0];
    AbcVoice own = voice();
    own.shift += settings.shift();
    own.silent |= settings.silent();
  }

  /** The voice that is being read. */
  AbcVoice voice() throws Damaged {
    AbcVoice own = voices.get(voice);
    if (own == null) {
      if (voices.size() == MOST_VOICES) {
        throw new Damaged(formatted("at most %d voices", MOST_VOICES), "another one");
      }
      List<Integer> accidentals = key == null ? AbcKey.NATURAL : key.accidentals();
      own = new AbcVoice(unit(), accidentals == null ? AbcKey.NATURAL : accidentals);
      own.shift = key == null ? 0 : key.shift();
      own.silent = key != null && key.silent();
      voices.put(voice, own);
    }
    return own;
  }

  /** The unit of lengths: that of L:, or by the meter. */
  private AbcTime unit() {
    if (unit != null) {
      return unit;
    }
    return bar == null || !bar.isLess(AbcTime.of(3, 4)) ? AbcTime.of(1, 8) : AbcTime.of(1, 16);
  }

  private static AbcTime length(String value) throws Damaged {
    Matcher fraction = FRACTION.matcher(value);
    if (value.equals("1")) {
      return AbcTime.ONE;
    }
    if (!fraction.matches() || isZero(fraction.group(1)) || isZero(fraction.group(2))) {
      throw new Damaged("a length such as 1/8 after L:", quoted(value));
    }
    return AbcTime.of(Integer.parseInt(fraction.group(1)), Integer.parseInt(fraction.group(2)));
  }

  private static boolean isZero(String digits) {
    return Integer.parseInt(digits) == 0;
  }

  /** The length of a bar; null without a meter. */
  private static @Nullable AbcTime meter(String value) throws Damaged {
    if (value.equals("none") || value.isEmpty()) {
      return null;
    }
    if (value.equals("C") || value.equals("C|")) {
      return AbcTime.ONE;
    }
    Matcher parts = METER.matcher(value);
    if (!parts.matches() || isZero(parts.group(2))) {
      throw new Damaged("a meter such as 6/8, C or none after M:", quoted(value));
    }
    long beats = 0;
    for (String part : parts.group(1).split("\\+", -1)) {
      beats += Integer.parseInt(part.strip());
    }
    if (beats == 0) {
      throw new Damaged("a meter such as 6/8, C or none after M:", quoted(value));
    }
    return AbcTime.of(beats, Integer.parseInt(parts.group(2)));
  }

  /** The length of a bar, for rests of whole bars. */
  AbcTime bar() throws Damaged {
    if (bar == null) {
      throw new Damaged("a meter for rests of whole bars", "M:none");
    }
    return bar;
  }

  /** Whether the beats of the meter have three parts each, as in 6/8. */
  boolean isCompound() {
    return isCompound;
  }

  /** Ends the tune, if there is one. */
  private void end() {
    if (begin > 0) {
      Piece piece = piece(formatted("the tune that begins in line %d of %s", begin, name));
      steps += piece.steps();
      if (steps > MOST_STEPS) {
        throw new ComportaException(
            formatted(
                "[music] expected at most %,d timesteps in all tunes of %s but there are more up to line %d; split the file",
                MOST_STEPS, name, line));
      }
      pieces.add(piece);
    }
    begin = 0;
    bar = null;
    isCompound = false;
    unit = null;
    key = null;
    voices.clear();
    voice = "";
  }

  private Piece piece(String place) {
    NoteGrid grid = new NoteGrid(place);
    long stepsPerWhole = 4L * stepsPerBeat;
    try {
      for (AbcVoice own : voices.values()) {
        AbcTime[] at = {AbcTime.ZERO};
        own.play(sound -> {
          for (AbcVoice.Pitch pitch : sound.pitches()) {
            if (!own.silent) {
              grid.sound(
                  pitch.note(),
                  at[0].step(stepsPerWhole),
                  at[0].plus(pitch.length()).step(stepsPerWhole));
            }
          }
          at[0] = at[0].plus(sound.length());
        });
      }
    } catch (ArithmeticException e) {
      throw new ComportaException(
          formatted(
              "[music] expected notes of usual lengths but those of %s are too fine to add", place),
          e);
    }
    return grid.piece(formatted("[music] expected notes in %s but it has none; remove it", place));
  }
}
