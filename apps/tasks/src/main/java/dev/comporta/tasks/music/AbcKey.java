package dev.comporta.tasks.music;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a field K: or V: says: the sharps and flats of each letter, and how the notes are shifted.
 *
 * @param accidentals semitones for the letters A to G; null if the field has no key
 * @param isShifted whether it says how the notes are shifted
 * @param shift semitones by which all notes sound higher than they are written
 * @param silent whether the notes are drums
 */
record AbcKey(@Nullable List<Integer> accidentals, boolean isShifted, int shift, boolean silent) {
  /** No sharps and flats. */
  static final List<Integer> NATURAL = List.of(0, 0, 0, 0, 0, 0, 0);

  private static final int OCTAVE = 12;
  private static final String SHARPS = "FCGDAEB";

  /** The sharps of the major keys of the letters A to G. */
  private static final int[] MAJOR = {3, 5, 0, 2, 4, -1, 1};

  /** The modes, and how many sharps fewer they have than major. */
  private static final List<String> MODES =
      List.of("lyd", "maj", "mix", "dor", "min", "phr", "loc");

  private static final Pattern TONIC = Pattern.compile("([A-G])([#b]?)\\s*([A-Za-z]*)(?=[\\s]|$)");
  private static final Pattern ACCIDENTAL = Pattern.compile("(\\^\\^|\\^|__|_|=)([A-Ga-g])");
  private static final Pattern SETTING = Pattern.compile("([a-z]+)=(\\S+)");
  private static final List<String> CLEFS =
      List.of("treble", "bass", "alto", "tenor", "none", "perc", "auto");

  /**
   * Reads the field.
   *
   * @param text what follows K:, or the identifier after V:
   * @param voice whether it is V:, which has no key
   * @return null if it cannot be read
   */
  static @Nullable AbcKey of(String text, boolean voice) {
    String rest = text.strip();
    List<Integer> key = null;
    if (!voice) {
      Matcher tonic = TONIC.matcher(rest);
      if (rest.isEmpty() || rest.equals("none") || rest.startsWith("none ")) {
        key = NATURAL;
        rest = rest.isEmpty() ? rest : rest.substring("none".length());
      } else if (rest.startsWith("HP") || rest.startsWith("Hp")) { // of the Highland bagpipes
        key = rest.startsWith("HP") ? NATURAL : signature(2);
        rest = rest.substring(2);
      } else if (tonic.lookingAt()) {
        Integer sharps = sharps(tonic.group(1), tonic.group(2), tonic.group(3));
        boolean explicit = tonic.group(3).equalsIgnoreCase("exp");
        if (sharps == null && !explicit && !isClef(tonic.group(3))) {
          return null;
        }
        boolean clef = sharps == null && !explicit;
        Integer major = sharps(tonic.group(1), tonic.group(2), "");
        Integer own = clef ? major : sharps;
        key = explicit || own == null ? NATURAL : signature(own);
        rest = rest.substring(clef ? tonic.start(3) : tonic.end());
      }
    }
    return modified(rest.strip(), key, voice);
  }

  /** Reads accidentals and settings after the key. */
  private static @Nullable AbcKey modified(
      String rest, @Nullable List<Integer> key, boolean voice) {
    int shift = 0;
    boolean isShifted = false;
    boolean silent = false;
    List<Integer> accidentals = key;
    for (String word : words(rest)) {
      Matcher accidental = ACCIDENTAL.matcher(word);
      Matcher setting = SETTING.matcher(word);
      if (accidental.matches()) {
        Integer[] own = (accidentals == null ? NATURAL : accidentals).toArray(Integer[]::new);
        own[Character.toUpperCase(accidental.group(2).charAt(0)) - 'A'] =
            semitones(accidental.group(1));
        accidentals = List.of(own);
      } else if (setting.matches()) {
        String value = setting.group(2);
        boolean whole = value.matches("[+-]?\\d{1,2}");
        switch (setting.group(1)) {
          case "octave", "transpose" -> {
            if (!whole) {
              return null;
            }
            isShifted = true;
            shift += Integer.parseInt(value) * (setting.group(1).equals("octave") ? OCTAVE : 1);
          }
          case "clef" -> {
            isShifted = true;
            shift += shift(value);
            silent |= value.startsWith("perc");
          }
          default -> {} // names, stems, staves: how it is drawn
        }
      } else if (isClef(word)) {
        isShifted = true;
        shift += shift(word);
        silent |= word.startsWith("perc");
      } else if (!voice) {
        return null;
      }
    }
    return new AbcKey(accidentals, isShifted, shift, silent);
  }

  /** Words between white space; a word in quotation marks is one. */
  private static List<String> words(String text) {
    return Arrays.stream(text.replaceAll("\"[^\"]*\"", "q").split("\\s+", -1))
        .filter(it -> !it.isEmpty())
        .toList();
  }

  private static boolean isClef(String word) {
    return CLEFS.stream().anyMatch(word::startsWith);
  }

  /** A clef with an octave sign above or below it. */
  private static int shift(String clef) {
    return clef.endsWith("+8") ? OCTAVE : clef.endsWith("-8") ? -OCTAVE : 0;
  }

  /** The semitones of an accidental. */
  static int semitones(String accidental) {
    return switch (accidental) {
      case "^" -> 1;
      case "^^" -> 2;
      case "_" -> -1;
      case "__" -> -2;
      default -> 0;
    };
  }

  /** The sharps of a key, flats as negative numbers; null for an unknown mode. */
  private static @Nullable Integer sharps(String letter, String sign, String mode) {
    String known = mode.toLowerCase(Locale.ROOT);
    known = known.length() > 3 ? known.substring(0, 3) : known;
    int below =
        switch (known) {
          case "" -> MODES.indexOf("maj");
          case "m", "aeo" -> MODES.indexOf("min");
          case "ion" -> MODES.indexOf("maj");
          default -> MODES.indexOf(known);
        };
    if (below < 0) {
      return null;
    }
    int fifths = sign.equals("#") ? SHARPS.length() : sign.equals("b") ? -SHARPS.length() : 0;
    int sharps = MAJOR[letter.charAt(0) - 'A'] + fifths + 1 - below;
    return Math.abs(sharps) > 2 * SHARPS.length() ? null : Integer.valueOf(sharps);
  }

  private static List<Integer> signature(int sharps) {
    Integer[] accidentals = NATURAL.toArray(Integer[]::new);
    for (int i = 0; i < Math.abs(sharps); i++) {
      int at = sharps > 0 ? i % SHARPS.length() : SHARPS.length() - 1 - i % SHARPS.length();
      accidentals[SHARPS.charAt(at) - 'A'] += sharps > 0 ? 1 : -1;
    }
    return List.of(accidentals);
  }
}
