package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.tasks.music.AbcReader.Damaged;
import dev.comporta.tasks.music.AbcVoice.Event;
import dev.comporta.tasks.music.AbcVoice.Pitch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a line of music, sign by sign. */
final class AbcMusic {
  private static final int OCTAVE = 12;

  /**
   * The semitones of the letters A to G above C, and the MIDI number of the C of capital letters.
   */
  private static final int[] SEMITONES = {9, 11, 0, 2, 4, 5, 7};

  private static final int MIDDLE = 60;
  private static final int LETTERS = 7;
  private static final Pattern NOTE =
      Pattern.compile("(\\^\\^|\\^|__|_|=)?(/?)([A-Ga-g])([,']{0,9})");
  private static final Pattern LENGTH = Pattern.compile("(\\d{0,6})(/{0,6})(\\d{0,6})");
  private static final Pattern TUPLET = Pattern.compile("\\((\\d)(?::(\\d{0,2}))?(?::(\\d{0,2}))?");
  private static final Pattern INLINE = Pattern.compile("\\[([A-Za-z]):([^\\]]*)\\]");
  private static final Pattern ENDING =
      Pattern.compile("\\[?\\s?(\\d(?:[-,]\\d)*)(?![\\d/])"); // such as [1 or 1,3
  private static final Pattern BAR = Pattern.compile("[.:|\\[\\]]*[|:][:|\\]]*");
  private static final Pattern JUMP =
      Pattern.compile("(?i)D\\.?[CS]\\.?.*|dacapo|dacoda|coda|da[ .]?segno|dalsegno");

  /** The name of a decoration. */
  private static final Pattern NAME = Pattern.compile("[^\\s|\\[\\]\"]{1,40}");

  private static final Pattern CHORD = Pattern.compile("[A-Ga-g,'^_=0-9/]*[A-Ga-g][A-Ga-g,'0-9/]+");
  private static final Pattern BROKEN = Pattern.compile(">{1,3}|<{1,3}");
  private static final int LARGEST = 999;
  private static final int SMALLEST = 1024;

  private final AbcReader tune;
  private String text = "";
  private int at;

  /** The accidentals of the notes of the chord that is being read, by the letter and its octave. */
  private final Map<Integer, Integer> chord = new HashMap<>();

  AbcMusic(AbcReader tune) {
    this.tune = tune;
  }

  void read(String line) throws Damaged {
    text = line;
    at = 0;
    while (at < text.length()) {
      int before = at;
      sign();
      if (at == before) { // such as [12, which begins neither an ending nor a chord
        throw new Damaged("notes, rests, bars or other signs of ABC", found());
      }
    }
  }

  private Matcher next(Pattern pattern) {
    return pattern.matcher(text).region(at, text.length());
  }

  private void sign() throws Damaged {
    char sign = text.charAt(at);
    Matcher inline = next(INLINE);
    if (inline.lookingAt()) {
      at = inline.end();
      tune.field(inline.group(1), inline.group(2).strip());
    } else if (sign == '|' || sign == ':' || isBar(sign)) {
      bar();
    } else if (sign == '[') {
      chord();
    } else if (next(NOTE).lookingAt()) {
      AbcVoice voice = tune.voice();
      Pitch note = note(voice);
      sound(voice, List.of(note), note.length());
    } else {
      other(sign);
    }
  }

  /** Whether a bracket or a point begins a bar or an ending. */
  private boolean isBar(char sign) {
    char after = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    return (sign == '[' && (after == '|' || Character.isDigit(after)))
        || (sign == '.' && after == '|');
  }

  private void other(char sign) throws Damaged {
    switch (sign) {
      case 'z', 'x' -> {
        at++;
        AbcVoice voice = tune.voice();
        sound(voice, List.of(), voice.unit.times(length()));
      }
      case 'Z', 'X' -> {
        at++;
        sound(tune.voice(), List.of(), tune.bar().times(length()));
      }
      case '(' -> {
        Matcher tuplet = next(TUPLET);
        if (tuplet.lookingAt()) {
          at = tuplet.end();
          tuplet(tuplet);
        } else {
          at++; // a slur
        }
      }
      case '>', '<' -> broken();
      case '-' -> {
        at++; // a tie without a note before it
      }
      case '{' -> skipTo('}', "grace notes");
      case '"' -> skipTo('"', "a chord symbol");
      case '!', '+' -> decoration(sign);
      case '&' ->
          throw new Damaged(
              "voices of their own, V:, in place of overlays, which are not supported,", "'&'");
      case 'y' -> { // space
        at++;
        length();
      }
      default -> {
        if (!Character.isWhitespace(sign) && "~.)\\$*`;?@#".indexOf(sign) < 0) {
          boolean symbol = (sign >= 'H' && sign <= 'W') || (sign >= 'h' && sign <= 'w');
          if (!symbol) {
            throw new Damaged("notes, rests, bars or other signs of ABC", found());
          }
        }
        at++;
      }
    }
  }

  private String found() {
    return AbcReader.quoted(text.substring(at));
  }

  /** Skips to a sign on the same line. */
  private void skipTo(char end, String what) throws Damaged {
    int close = text.indexOf(end, at + 1);
    if (close < 0) {
      throw new Damaged(formatted("'%c' at the end of %s", end, what), found());
    }
    at = close + 1;
  }

  /** Skips a decoration; a single mark is an old sign for the end of a printed line. */
  private void decoration(char mark) throws Damaged {
    int close = text.indexOf(mark, at + 1);
    String name = close < 0 ? "" : text.substring(at + 1, close);
    if (!NAME.matcher(name).matches()) {
      at++;
      return;
    }
    if (mark == '+' && CHORD.matcher(name).matches()) {
      throw new Damaged(
          "chords between '[' and ']', as the old signs '+' are not supported,", found());
    }
    if (JUMP.matcher(name).matches()) {
      throw new Damaged("repeats by bars, as jumps are not supported,", AbcReader.quoted(name));
    }
    at = close + 1;
  }

  /** Reads a bar line, a repeat or the beginning of an ending. */
  private void bar() throws Damaged {
    AbcVoice voice = tune.voice();
    Matcher ending = next(ENDING);
    Matcher bar = next(BAR);
    if (!(text.charAt(at) == '[' && ending.lookingAt()) && bar.lookingAt()) {
      // a bracket at the end belongs to an ending or to a chord
      String signs = bar.group();
      at = bar.end();
      line(voice, signs);
    }
    ending = next(ENDING);
    if (ending.lookingAt()
        && (ending.group().startsWith("[") || Character.isDigit(text.charAt(at)))) {
      Set<Integer> passes = passes(ending.group(1));
      at = ending.end();
      voice.events.add(new Event.Ending(passes));
    }
  }

  private static void line(AbcVoice voice, String signs) throws Damaged {
    voice.accidentals.clear();
    int first = signs.indexOf('|');
    int before = colons(signs, 0, 1);
    int after = first < 0 ? 0 : colons(signs, signs.length() - 1, -1);
    if (first < 0) { // '::' ends a part and begins the next
      before = Math.max(1, signs.length() / 2);
      after = before;
      if (signs.length() < 2) {
        throw new Damaged("a bar such as :| or |:", "':'");
      }
    }
    if (Math.max(before, after) >= AbcVoice.MOST_PASSES) {
      throw new Damaged(
          formatted("at most %d colons of a repeat", AbcVoice.MOST_PASSES - 1), "more");
    }
    if (before > 0) {
      voice.events.add(new Event.End(before + 1));
    }
    if (after > 0) {
      voice.events.add(new Event.Begin());
    }
    if (before == 0 && after == 0 && signs.replace(".", "").length() > 1) {
      voice.events.add(new Event.DoubleBar());
    }
  }

  private static int colons(String signs, int from, int step) {
    int count = 0;
    for (int i = from; i >= 0 && i < signs.length() && signs.charAt(i) == ':'; i += step) {
      count++;
    }
    return count;
  }

  /** Numbers such as 1,3 or 1-3. */
  private static Set<Integer> passes(String numbers) throws Damaged {
    Set<Integer> passes = new TreeSet<>();
    for (String part : numbers.split(",", -1)) {
      int from = part.charAt(0) - '0';
      int to = part.charAt(part.length() - 1) - '0';
      if (from < 1 || to < from || part.length() > 3) {
        throw new Damaged(
            "the numbers of an ending, such as [1 or [1,3,", AbcReader.quoted(numbers));
      }
      for (int pass = from; pass <= to; pass++) {
        passes.add(pass);
      }
    }
    return passes;
  }

  private void chord() throws Damaged {
    AbcVoice voice = tune.voice();
    int begin = at++;
    chord.clear();
    List<Pitch> notes = new ArrayList<>();
    while (at < text.length() && text.charAt(at) != ']') {
      char sign = text.charAt(at);
      if (next(NOTE).lookingAt()) {
        notes.add(note(voice));
      } else if (sign == '"') {
        skipTo('"', "a chord symbol");
      } else if (sign == '!' || sign == '+') {
        decoration(sign);
      } else if (" ()-.~".indexOf(sign) >= 0
          || (sign >= 'H' && sign <= 'W')
          || (sign >= 'h' && sign <= 'w')) {
        at++;
      } else {
        throw new Damaged("notes in a chord", found());
      }
    }
    if (at == text.length() || notes.isEmpty()) {
      throw new Damaged(
          notes.isEmpty() ? "notes between '[' and ']'" : "']' at the end of a chord",
          AbcReader.quoted(text.substring(begin)));
    }
    at++;
    AbcTime outer = length();
    if (at < text.length() && text.charAt(at) == '-') {
      voice.tied.putAll(chord);
      at++;
    }
    List<Pitch> scaled =
        notes.stream().map(it -> new Pitch(it.note(), it.length().times(outer))).toList();
    sound(voice, scaled, scaled.getFirst().length());
  }

  /** The line or space of a letter, from C up. */
  private static int staff(char letter, String octaves) {
    int index = Math.floorMod(Character.toUpperCase(letter) - 'C', LETTERS);
    int octave = Character.isLowerCase(letter) ? 1 : 0;
    for (int i = 0; i < octaves.length(); i++) {
      octave += octaves.charAt(i) == '\'' ? 1 : -1;
    }
    return octave * LETTERS + index;
  }

  /** Reads a note with its length, and a tie after it. */
  private Pitch note(AbcVoice voice) throws Damaged {
    Matcher read = next(NOTE);
    if (!read.lookingAt() || !read.group(2).isEmpty()) {
      throw new Damaged("a note without quarter tones, which are not supported,", found());
    }
    int staff = staff(read.group(3).charAt(0), read.group(4));
    String sign = read.group(1);
    Integer tied = voice.tied.remove(staff);
    if (sign != null) {
      voice.accidentals.put(staff, AbcKey.semitones(sign));
    }
    int octave = Math.floorDiv(staff, LETTERS);
    int letter = Math.floorMod(staff + 2, LETTERS); // from A
    int accidental =
        sign == null && tied != null
            ? tied
            : voice.accidentals.getOrDefault(staff, voice.key.get(letter));
    chord.put(staff, accidental);
    int note = MIDDLE + OCTAVE * octave + SEMITONES[letter] + accidental + voice.shift;
    String name = read.group();
    if (note < 0 || note >= NoteGrid.NOTES) {
      throw new Damaged("a note that a piano has", AbcReader.quoted(name));
    }
    at = read.end();
    AbcTime length = voice.unit.times(length());
    if (at < text.length() && text.charAt(at) == '-') {
      at++;
      voice.tied.put(staff, accidental);
    }
    return new Pitch(note, length);
  }

  /** Adds a note, a chord or a rest, with what a tuplet or a broken rhythm does to it. */
  private static void sound(AbcVoice voice, List<Pitch> notes, AbcTime length) {
    AbcTime factor = voice.broken;
    voice.broken = AbcTime.ONE;
    if (voice.tupletNotes > 0) {
      voice.tupletNotes--;
      factor = factor.times(voice.tuplet);
    }
    AbcTime by = factor;
    voice.events.add(
        new Event.Sound(
            notes.stream().map(it -> new Pitch(it.note(), it.length().times(by))).toList(),
            length.times(by)));
  }

  /** Reads a length such as 3, /2, 3/4 or //; 1 if there is none. */
  private AbcTime length() throws Damaged {
    Matcher read = next(LENGTH);
    if (!read.lookingAt()) {
      return AbcTime.ONE;
    }
    int end = read.group(2).isEmpty() ? read.end(1) : read.end();
    String digits = text.substring(at, end);
    long numerator = read.group(1).isEmpty() ? 1 : Long.parseLong(read.group(1));
    long denominator =
        read.group(2).isEmpty()
            ? 1
            : read.group(3).isEmpty()
                ? 1L << read.group(2).length()
                : Long.parseLong(read.group(3)) << (read.group(2).length() - 1);
    if (numerator < 1 || numerator > LARGEST || denominator < 1 || denominator > SMALLEST) {
      throw new Damaged(
          formatted("a length from 1/%d to %d", SMALLEST, LARGEST), AbcReader.quoted(digits));
    }
    at = end;
    return AbcTime.of(numerator, denominator);
  }

  private void tuplet(Matcher read) throws Damaged {
    AbcVoice voice = tune.voice();
    int notes = read.group(1).charAt(0) - '0';
    int inTime =
        read.group(2) == null || read.group(2).isEmpty()
            ? switch (notes) {
              case 2, 4, 8 -> 3;
              case 3, 6 -> 2;
              default -> tune.isCompound() ? 3 : 2;
            }
            : Integer.parseInt(read.group(2));
    int count =
        read.group(3) == null || read.group(3).isEmpty() ? notes : Integer.parseInt(read.group(3));
    if (notes < 2 || inTime < 1 || count < 1) {
      throw new Damaged("a tuplet such as (3 or (5:4", AbcReader.quoted(read.group()));
    }
    voice.tuplet = AbcTime.of(inTime, notes);
    voice.tupletNotes = count;
  }

  private void broken() throws Damaged {
    Matcher read = next(BROKEN);
    if (!read.lookingAt()) {
      throw new Damaged("a note", found());
    }
    AbcVoice voice = tune.voice();
    long parts = 1L << read.group().length();
    AbcTime shorter = AbcTime.of(1, parts);
    AbcTime longer = AbcTime.of(2 * parts - 1, parts);
    boolean isDotted = text.charAt(at) == '>';
    voice.stretch(isDotted ? longer : shorter);
    voice.broken = isDotted ? shorter : longer;
    at = read.end();
  }
}
