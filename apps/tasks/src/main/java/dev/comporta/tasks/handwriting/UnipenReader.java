package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.inference.Ink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pen strokes in the format UNIPEN (Guyon et al. 1994): {@code .PEN_DOWN}, a line with the
 * coordinates of each point, {@code .PEN_UP}; and {@code .SEGMENT WORD 0-3 OK "hello"}, the label
 * of some of these parts, which are counted from 0 and include those with the pen up. A segment
 * without numbers, or with a question mark, is what follows it. Coordinates are x and y, or what
 * {@code .COORD} says, with y up. Other keywords are skipped.
 */
final class UnipenReader {
  private static final String DOWN = ".PEN_DOWN";
  private static final String UP = ".PEN_UP";
  private static final String SEGMENT = ".SEGMENT";

  /** Parts and points that all segments of a file may name together. */
  private static final int MOST_NAMED = 10_000_000;

  /** A level, the parts, the quality, and the label between quotation marks. */
  private static final Pattern SEGMENTS =
      Pattern.compile("(\\S+)(?:\\s+([\\d:,?-]+))?(?:\\s+([^\\s\"]+))?(?:\\s+\"(.*)\")?\\s*");

  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

  private final String name;
  private final boolean labelled;
  private final List<Part> parts = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private int x = 0;
  private int y = 1;
  private int columns = 2;
  private int line;

  /** The part that lines belong to; null after a keyword that begins none. */
  private @Nullable Part open;

  /** What the pen did from one touch or lift to the next. */
  private record Part(boolean down, int line, List<float[]> points) {}

  /** Parts with a label; without ranges, those that follow up to the next segment. */
  private record Segment(String level, List<int[]> ranges, int from, String label, int line) {}

  private UnipenReader(String name, boolean labelled) {
    this.name = name;
    this.labelled = labelled;
  }

  /**
   * Reads a file.
   *
   * @param labelled whether samples must have labels; without any segment, a file is one sample
   * @throws ComportaException naming the line of what cannot be used
   */
  static List<InkSet.Sample> read(String text, String name, boolean labelled) {
    UnipenReader reader = new UnipenReader(name, labelled);
    text.lines().forEach(reader::line);
    reader.requireLifted(null);
    return reader.samples();
  }

  private String place(int at) {
    return formatted("line %d of %s", at, name);
  }

  private void line(String raw) {
    line++;
    String text = raw.strip();
    if (text.isEmpty()) {
      return;
    }
    if (!text.startsWith(".") || (text.length() > 1 && Character.isDigit(text.charAt(1)))) {
      if (open != null) {
        open.points.add(point(text));
      }
      return; // other lines are comments
    }
    String[] words = text.split("\\s+", 2);
    String rest = words.length > 1 ? words[1].strip() : "";
    switch (words[0].toUpperCase(Locale.ROOT)) {
      case DOWN -> begin(true, rest);
      case UP -> begin(false, rest);
      case SEGMENT -> {
        requireLifted(SEGMENT);
        open = null;
        segments.add(segment(rest));
      }
      case ".COORD" -> coordinates(rest);
      case ".INCLUDE" ->
          throw new ComportaException(
              formatted(
                  "[handwriting] expected all strokes in one file but %s includes another, '%s'; put its content there",
                  place(line), Printable.quote(rest)));
      case ".DT" -> {} // the time between parts, which does not end one
      default -> {
        requireLifted(words[0]);
        open = null;
      }
    }
  }

  private void begin(boolean down, String rest) {
    if (down) {
      requireLifted(DOWN);
    } else if (!parts.isEmpty() && parts.getLast().down && parts.getLast().points.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected one point or more after the .PEN_DOWN in %s but .PEN_UP follows; remove the empty stroke",
              place(parts.getLast().line)));
    }
    open = new Part(down, line, new ArrayList<>());
    parts.add(open);
    if (!rest.isEmpty()) {
      open.points.add(point(rest));
    }
  }

  /** Refuses a stroke without an end. */
  private void requireLifted(@Nullable String found) {
    if (!parts.isEmpty() && parts.getLast().down) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected .PEN_UP after the stroke that begins in %s but %s; add .PEN_UP where the pen leaves the surface",
              place(parts.getLast().line),
              found == null
                  ? "the file ends"
                  : formatted("found %s in %s", Printable.quote(found), place(line))));
    }
  }

  private void coordinates(String rest) {
    List<String> names = List.of(rest.toUpperCase(Locale.ROOT).split("\\s+", -1));
    x = names.indexOf("X");
    y = names.indexOf("Y");
    columns = names.size();
    if (x < 0 || y < 0) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected X and Y in the .COORD of %s but found '%s'",
              place(line), Printable.quote(rest)));
    }
  }

  private float[] point(String text) {
    String[] numbers = text.split("\\s+", -1);
    if (numbers.length < columns) {
      throw wrongPoint(text);
    }
    float[] point = new float[2];
    try {
      point[0] = Float.parseFloat(numbers[x]);
      point[1] = -Float.parseFloat(numbers[y]) + 0f; // no negative zero
    } catch (NumberFormatException e) {
      throw (ComportaException) wrongPoint(text).initCause(e);
    }
    if (!(Math.abs(point[0]) <= Ink.MOST && Math.abs(point[1]) <= Ink.MOST)) {
      throw wrongPoint(text);
    }
    return point;
  }

  private ComportaException wrongPoint(String text) {
    return new ComportaException(
        formatted(
            "[handwriting] expected %d numbers from -%.0f to %.0f, the coordinates of a point, in %s but found '%s'",
            columns, Ink.MOST, Ink.MOST, place(line), Printable.quote(text)));
  }

  private Segment segment(String rest) {
    Matcher match = SEGMENTS.matcher(rest);
    if (!match.matches()) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected a level, parts and a label, as in .SEGMENT WORD 0-3 OK \"hello\", in %s but found '%s'",
              place(line), Printable.quote(rest)));
    }
    List<int[]> ranges = new ArrayList<>();
    String named = match.group(2);
    if (named != null && !named.equals("?")) {
      for (String range : named.split(",", -1)) {
        Matcher ends = RANGE.matcher(range);
        if (!ends.matches()) {
          throw new ComportaException(
              formatted(
                  "[handwriting] expected the numbers of whole parts, as in 0-3,5, in the segment of %s but found '%s'",
                  place(line), Printable.quote(named)));
        }
        int from = Integer.parseInt(ends.group(1));
        int to = ends.group(2) == null ? from : Integer.parseInt(ends.group(2));
        ranges.add(new int[] {from, to});
      }
    }
    String label = match.group(4);
    return new Segment(
        match.group(1).toUpperCase(Locale.ROOT),
        ranges,
        parts.size(),
        label == null ? "" : label,
        line);
  }

  private List<InkSet.Sample> samples() {
    List<Segment> chosen = chosen();
    if (chosen.isEmpty()) {
      if (labelled) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected a label, as in .SEGMENT WORD 0-3 OK \"hello\", in %s but there is no .SEGMENT",
                name));
      }
      return List.of(sample(parts, "", name));
    }
    List<InkSet.Sample> samples = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < chosen.size(); i++) {
      Segment segment = chosen.get(i);
      int end = i + 1 < chosen.size() ? chosen.get(i + 1).from : parts.size();
      List<int[]> ranges =
          segment.ranges.isEmpty() ? List.of(new int[] {segment.from, end - 1}) : segment.ranges;
      List<Part> own = new ArrayList<>();
      for (int[] range : ranges) {
        boolean given = !segment.ranges.isEmpty();
        if (given && (range[1] < range[0] || range[1] >= parts.size())) {
          throw new ComportaException(
              formatted(
                  "[handwriting] expected parts from 0 to %d, those of the file, in the segment of %s but found %d-%d",
                  parts.size() - 1, place(segment.line), range[0], range[1]));
        }
        for (int part = range[0]; part <= range[1]; part++) {
          own.add(parts.get(part));
          total += 1 + parts.get(part).points.size();
          if (total > MOST_NAMED) {
            throw new ComportaException(
                formatted(
                    "[handwriting] expected at most %,d points in all segments of %s but the segment of %s exceeds that",
                    MOST_NAMED, name, place(segment.line)));
          }
        }
      }
      if (labelled && segment.label.isBlank()) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected a label in quotation marks in the segment of %s but there is none",
                place(segment.line)));
      }
      samples.add(sample(own, segment.label, place(segment.line)));
    }
    return samples;
  }

  /** The words, or the segments of the one level that there is. */
  private List<Segment> chosen() {
    Map<String, List<Segment>> levels = new LinkedHashMap<>();
    segments.forEach(it -> levels.computeIfAbsent(it.level, _ -> new ArrayList<>()).add(it));
    List<Segment> words = levels.get("WORD");
    if (words == null && levels.size() > 1) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected segments of the level WORD, or of one level, in %s but found those of %s",
              name, Printable.line(String.join(", ", levels.keySet()))));
    }
    return words != null ? words : levels.isEmpty() ? List.of() : levels.values().iterator().next();
  }

  private InkSet.Sample sample(List<Part> own, String label, String place) {
    List<float[]> strokes = new ArrayList<>();
    for (Part part : own) {
      if (part.down) {
        float[] points = new float[2 * part.points.size()];
        for (int i = 0; i < part.points.size(); i++) {
          System.arraycopy(part.points.get(i), 0, points, 2 * i, 2);
        }
        strokes.add(points);
      }
    }
    return new InkSet.Sample(label, InkSet.ink(strokes, place), place);
  }
}
