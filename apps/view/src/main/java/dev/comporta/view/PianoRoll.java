package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * A piece of music as a piano roll: a column for each timestep, a row for each key, the highest at
 * the top. The chords that were given have one colour, those that a model added another; lines mark
 * every fourth beat and every C. As an image, or as a page that holds the image.
 */
public final class PianoRoll {
  private static final Color GIVEN = LookDrawing.DIM;
  private static final Color ADDED = new Color(0x0072b2);
  private static final Color LINE = new Color(0xd5dbe1);
  private static final Color BLACK_KEY = new Color(0xf3f5f7);
  private static final int KEY = 9;
  private static final int MARGIN = 16;
  private static final int LEFT = 48;
  private static final int TOP = 40;
  private static final int OCTAVE = 12;
  private static final int WIDEST = 16_000;

  private PianoRoll() {}

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param chords the MIDI notes of each timestep, one timestep or more
   * @param given the number of timesteps, from the first on, that were given
   * @param stepsPerBeat timesteps of a beat
   */
  public static void write(Path file, List<List<Integer>> chords, int given, int stepsPerBeat) {
    PictureFile.write(
        file, () -> image(chords, given, stepsPerBeat), () -> page(chords, given, stepsPerBeat));
  }

  private static BufferedImage image(List<List<Integer>> chords, int given, int stepsPerBeat) {
    int low = chords.stream().flatMap(List::stream).mapToInt(it -> it).min().orElse(60);
    int high = chords.stream().flatMap(List::stream).mapToInt(it -> it).max().orElse(60);
    int bottom = low / OCTAVE * OCTAVE;
    int keys = (high / OCTAVE + 1) * OCTAVE - bottom;
    int step = Math.clamp((WIDEST - LEFT - MARGIN) / chords.size(), 1, 12);
    BufferedImage image =
        new BufferedImage(
            Math.max(360, LEFT + chords.size() * step + MARGIN),
            TOP + keys * KEY + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = LookDrawing.graphics(image);
    drawing.setFont(LookDrawing.FONT);
    legend(drawing, GIVEN, "given", LEFT);
    legend(drawing, ADDED, "added", LEFT + 80);
    int width = chords.size() * step;
    for (int key = 0; key < keys; key++) {
      int y = TOP + (keys - 1 - key) * KEY;
      if ("010100101010".charAt((bottom + key) % OCTAVE) == '1') {
        drawing.setColor(BLACK_KEY);
        drawing.fillRect(LEFT, y, width, KEY);
      }
      if ((bottom + key) % OCTAVE == 0) {
        drawing.setColor(LINE);
        drawing.drawLine(LEFT, y + KEY - 1, LEFT + width, y + KEY - 1);
        drawing.setColor(LookDrawing.INK);
        drawing.drawString("C" + ((bottom + key) / OCTAVE - 1), MARGIN, y + KEY);
      }
    }
    drawing.setColor(LINE);
    for (int t = 0; t <= chords.size(); t += 4 * stepsPerBeat) {
      drawing.drawLine(LEFT + t * step, TOP, LEFT + t * step, TOP + keys * KEY);
    }
    for (int t = 0; t < chords.size(); t++) {
      drawing.setColor(t < given ? GIVEN : ADDED);
      for (int note : chords.get(t)) {
        boolean held = t + 1 < chords.size() && chords.get(t + 1).contains(note);
        int gap = held || step < 3 ? 0 : 1; // between notes that are not held
        drawing.fillRect(
            LEFT + t * step, TOP + (keys - 1 - note + bottom) * KEY + 1, step - gap, KEY - 2);
      }
    }
    drawing.dispose();
    return image;
  }

  private static void legend(Graphics2D drawing, Color color, String text, int x) {
    drawing.setColor(color);
    drawing.fillRect(x, MARGIN, KEY, KEY);
    drawing.setColor(LookDrawing.INK);
    drawing.drawString(text, x + KEY + 6, MARGIN + KEY);
  }

  private static String page(List<List<Integer>> chords, int given, int stepsPerBeat) {
    String title = "Piano roll";
    return Html.begin(title, 1400, "div { overflow-x: auto; }\n")
        + formatted(
            "<h1>%s</h1>%n<p class=\"note\">%,d timesteps given, %,d added; %d timesteps a beat, a line every four beats.</p>%n",
            title, given, chords.size() - given, stepsPerBeat)
        + formatted("<div><img alt=\"%s\" src=\"", title)
        + Html.source(image(chords, given, stepsPerBeat))
        + "\"></div>\n"
        + Html.END;
  }
}
