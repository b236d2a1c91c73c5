package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The lines of a table of what is known of clips. */
final class LabelTable {
  private final String name;
  private final Target target;
  private final Map<String, Known> clips = new LinkedHashMap<>();

  /** What is known of a clip. */
  private static final class Known {
    private final int line;
    private String label = "";

    /** By the numbers of the frames, from 1. */
    private final Map<Integer, Row> frames = new TreeMap<>();

    private Known(int line) {
      this.line = line;
    }
  }

  /** What is known of a frame. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Row(int line, double[] values) {}

  LabelTable(String name, Target target) {
    this.name = name;
    this.target = target;
  }

  /** The clips in the order of their first lines, one or more. */
  Collection<String> clips() {
    if (clips.isEmpty()) {
      throw new ComportaException(
          formatted("[video] expected %s in %s but it has no lines", format(), name));
    }
    return clips.keySet();
  }

  private String format() {
    return switch (target) {
      case GESTURE, FRAMES, MASK -> "a clip, a tab and its label";
      case BOX ->
          "a clip, the number of a frame, and left, top, width and height of a box in pixels, with tabs between them,";
      case STEERING -> "a clip, the number of a frame, and a number, with tabs between them,";
    };
  }

  private int values() {
    return target == Target.BOX ? StoredVideo.BOX : target == Target.STEERING ? 1 : 0;
  }

  private ComportaException wrong(int line, String expected, String found) {
    return new ComportaException(
        formatted("[video] expected %s at line %d of %s but got %s", expected, line, name, found));
  }

  /** What to say of a clip that cannot be used, with the line where it is first named. */
  ComportaException wrong(String clip, String expected, String found) {
    Known known = clips.get(clip);
    return wrong(known == null ? 0 : known.line, expected, found);
  }

  /** Reads a line; blank ones are skipped, and so is a first one that names the columns. */
  void add(String text, int line) {
    if (text.isBlank()) {
      return;
    }
    String[] cells = text.split("\t", -1);
    if (line == 1 && cells[0].strip().equals("clip")) {
      return;
    }
    String clip = cells[0].strip();
    if (cells.length != 2 + values() || clip.isEmpty() || cells[1].isBlank()) {
      throw wrong(line, format(), "'" + Printable.quote(text) + "'");
    }
    Known known = clips.computeIfAbsent(clip, _ -> new Known(line));
    if (values() == 0) {
      if (!known.label.isEmpty()) {
        throw wrong(line, "a clip without a label so far", "'" + Printable.quote(clip) + "'");
      }
      known.label = cells[1].strip();
      return;
    }
    String expected = "the number of a frame from 1";
    double frame = number(cells[1], line, expected, 1, Integer.MAX_VALUE);
    if (frame != Math.rint(frame)) {
      throw wrong(line, expected, "'" + Printable.quote(cells[1]) + "'");
    }
    double[] values = new double[values()];
    for (int i = 0; i < values.length; i++) {
      boolean size = target == Target.BOX && i >= 2;
      values[i] =
          number(
              cells[2 + i],
              line,
              size ? "a width or a height of 0 or more" : "a number",
              size ? 0 : -1e9,
              1e9);
    }
    if (known.frames.put((int) frame, new Row(line, values)) != null) {
      throw wrong(line, "a frame without a line so far", "frame " + (int) frame);
    }
  }

  private double number(String cell, int line, String expected, double least, double most) {
    double value;
    try {
      value = Double.parseDouble(cell.strip());
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value >= least && value <= most)) {
      throw wrong(line, expected, "'" + Printable.quote(cell) + "'");
    }
    return value;
  }

  /** A clip with what the table says of it: of all frames, or none. */
  Clip complete(ClipFolder.Read read) {
    Clip clip = read.clip();
    Known known = clips.get(clip.name());
    if (known == null) {
      throw new IllegalArgumentException(clip.name());
    }
    float[] values = new float[clip.frames() * values()];
    if (values() > 0) {
      for (int t = 0; t < clip.frames(); t++) {
        Row row = known.frames.get(t + 1);
        if (row == null) {
          throw wrong(
              known.line,
              formatted("a line for each of the %d frames of %s", clip.frames(), clip.name()),
              formatted("none for frame %d", t + 1));
        }
        put(row.values, read, values, t * values());
      }
      known.frames.forEach((frame, row) -> {
        if (frame > clip.frames()) {
          throw wrong(row.line, formatted("one of the %d frames", clip.frames()), "frame " + frame);
        }
      });
    }
    return new Clip(clip.name(), clip.frames(), clip.pixels(), known.label, values);
  }

  /** Writes the values of a frame; a box as left, top, right and bottom in parts of the frame. */
  private void put(double[] row, ClipFolder.Read read, float[] to, int at) {
    if (target == Target.BOX) {
      to[at] = (float) (row[0] / read.file().width());
      to[at + 1] = (float) (row[1] / read.file().height());
      to[at + 2] = (float) ((row[0] + row[2]) / read.file().width());
      to[at + 3] = (float) ((row[1] + row[3]) / read.file().height());
    } else {
      to[at] = (float) row[0];
    }
  }
}
