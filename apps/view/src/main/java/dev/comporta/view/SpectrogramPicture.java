package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A recording as a spectrogram, time from left to right and low frequencies at the bottom, with the
 * words and characters that a model recognised under it, each where it is aligned. As an image, or
 * as a page that holds the image.
 */
public final class SpectrogramPicture {
  private static final int MARGIN = 16;
  private static final int LEFT = 64;
  private static final int TOP = 52;
  private static final int WIDTH = 1000;
  private static final int TALL = 260;
  private static final int LARGEST_FRAME = 14;
  private static final int MOST_FRAMES = 8000;
  private static final int AXIS = 26;
  private static final int ROW = 24;
  private static final int LEGEND = 24;
  private static final int MOST_ROWS = 6;
  private static final Color LINE = new Color(0xb8c4cf);
  private static final Color[] WORDS = {new Color(0xcfe3f3), new Color(0xfbe0cc)};
  private static final double[] STEPS = {0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60};
  private static final Font LARGE = new Font(Font.SANS_SERIF, Font.BOLD, 15);

  private final Sound sound;
  private final int frame; // pixels of a frame
  private final int band; // pixels of a band
  private final int width;
  private final int height;

  /**
   * A recording with what was recognised.
   *
   * @param title what was recognised
   * @param model the name of the model's file
   * @param energies the logarithms of the energies, {@code [frames, bands]}
   * @param bands of a frame
   * @param secondsPerFrame the time from the start of a frame to that of the next
   * @param frequencies of the bands in Hz
   * @param words with their times
   * @param characters with their times
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Sound(
      String title,
      String model,
      float[] energies,
      int bands,
      double secondsPerFrame,
      double[] frequencies,
      List<Span> words,
      List<Span> characters) {
    /** Copies the lists. */
    public Sound {
      words = List.copyOf(words);
      characters = List.copyOf(characters);
    }

    int frames() {
      return energies.length / bands;
    }
  }

  /**
   * A word or a character.
   *
   * @param text what is written
   * @param from its start in seconds
   * @param to its end in seconds
   */
  public record Span(String text, double from, double to) {}

  private SpectrogramPicture(Sound sound) {
    this.sound = sound;
    this.frame = Math.clamp(WIDTH / sound.frames(), 1, LARGEST_FRAME);
    this.band = Math.clamp(TALL / sound.bands(), 1, 12);
    this.width = sound.frames() * frame;
    this.height = sound.bands() * band;
  }

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param sound with one frame or more
   * @throws ComportaException if there are too many frames to draw
   */
  public static void write(Path file, Sound sound) {
    if (sound.frames() < 1 || sound.frames() > MOST_FRAMES) {
      throw new ComportaException(
          formatted(
              "[picture] expected a recording of 1 to %,d frames but it has %,d; no picture was written",
              MOST_FRAMES, sound.frames()));
    }
    PictureFile.write(file, () -> new SpectrogramPicture(sound).draw(), () -> page(sound));
  }

  private BufferedImage draw() {
    FontMetrics metrics = LookDrawing.metrics();
    int[] rows = rows(metrics);
    int used = Arrays.stream(rows).max().orElse(0) + 1;
    int charactersTop = TOP + height + AXIS + ROW + 10;
    BufferedImage image =
        new BufferedImage(
            Math.max(LEFT + width + 2 * MARGIN, 560),
            charactersTop + used * ROW + LEGEND + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    to.setFont(LARGE);
    to.setColor(LookDrawing.INK);
    int room = image.getWidth() - 2 * MARGIN;
    String title = sound.title().isEmpty() ? "(nothing recognised)" : sound.title();
    to.drawString(LookDrawing.shortened(title, to.getFontMetrics(), room), MARGIN, 24);
    to.setFont(LookDrawing.FONT);
    energies(to);
    axes(to, metrics);
    words(to, metrics);
    characters(to, metrics, rows, charactersTop);
    to.setColor(LookDrawing.DIM);
    to.drawString(
        LookDrawing.shortened(
            "darker: more energy. Under it the words and characters where the model aligns them",
            metrics,
            room),
        MARGIN,
        image.getHeight() - MARGIN);
    to.dispose();
    return image;
  }

  /** The spectrogram, from the softest to the loudest tenth of a percent. */
  private void energies(Graphics2D to) {
    float[] sorted = sound.energies().clone();
    Arrays.sort(sorted);
    double low = sorted[sorted.length / 100];
    double high = sorted[sorted.length - 1 - sorted.length / 500];
    double range = high > low ? high - low : 1;
    for (int t = 0; t < sound.frames(); t++) {
      for (int b = 0; b < sound.bands(); b++) {
        to.setColor(Alignment.color((sound.energies()[t * sound.bands() + b] - low) / range));
        to.fillRect(LEFT + t * frame, TOP + (sound.bands() - 1 - b) * band, frame, band);
      }
    }
  }

  private void axes(Graphics2D to, FontMetrics metrics) {
    int before = Integer.MAX_VALUE;
    for (int b = 0; b < sound.bands(); b++) {
      int y = TOP + (sound.bands() - 1 - b) * band + band / 2;
      boolean last = b == sound.bands() - 1;
      if (b == 0 || (before - y >= 44 && (last || y - TOP > 30))) {
        String text = formatted("%.0f Hz", sound.frequencies()[b]);
        to.setColor(LookDrawing.DIM);
        to.drawString(text, LEFT - 6 - metrics.stringWidth(text), y + 5);
        before = y;
      }
    }
    double seconds = sound.frames() * sound.secondsPerFrame();
    double step = STEPS[STEPS.length - 1];
    for (int i = STEPS.length - 1; i >= 0 && x(STEPS[i]) - x(0) >= 60; i--) {
      step = STEPS[i];
    }
    for (int i = 0; i * step <= seconds; i++) {
      int x = x(i * step);
      to.setColor(LINE);
      to.drawLine(x, TOP + height, x, TOP + height + 5);
      to.setColor(LookDrawing.DIM);
      String text = formatted(step < 0.1 ? "%.2f" : "%.1f", i * step) + (i == 0 ? " s" : "");
      to.drawString(text, x - (i == 0 ? 0 : metrics.stringWidth(text) / 2), TOP + height + 18);
    }
  }

  private int x(double seconds) {
    return LEFT + (int) Math.round(seconds / sound.secondsPerFrame() * frame);
  }

  private void words(Graphics2D to, FontMetrics metrics) {
    int y = TOP + height + AXIS;
    for (int i = 0; i < sound.words().size(); i++) {
      Span word = sound.words().get(i);
      int from = x(word.from());
      int end = Math.max(from + 2, x(word.to()));
      to.setColor(WORDS[i % WORDS.length]);
      to.fillRect(from, y, end - from, ROW - 4);
      to.setColor(LINE);
      to.drawLine(from, TOP, from, y);
      to.setColor(LookDrawing.INK);
      int next = i + 1 < sound.words().size() ? x(sound.words().get(i + 1).from()) : LEFT + width;
      to.drawString(
          LookDrawing.shortened(word.text(), metrics, Math.max(8, next - from - 6)),
          from + 3,
          y + 15);
    }
  }

  /** A row for each character, so that none is written over another. */
  private int[] rows(FontMetrics metrics) {
    int[] rows = new int[sound.characters().size()];
    int[] ends = new int[MOST_ROWS];
    Arrays.fill(ends, Integer.MIN_VALUE);
    for (int i = 0; i < rows.length; i++) {
      Span span = sound.characters().get(i);
      int start = x(span.from());
      int row = 0;
      while (row < MOST_ROWS - 1 && ends[row] > start) {
        row++;
      }
      rows[i] = row;
      ends[row] = Math.max(x(span.to()), start + metrics.stringWidth(shown(span)) + 4) + 2;
    }
    return rows;
  }

  private static String shown(Span span) {
    return span.text().equals(" ") ? "\u2423" : span.text();
  }

  private void characters(Graphics2D to, FontMetrics metrics, int[] rows, int top) {
    for (int i = 0; i < rows.length; i++) {
      Span span = sound.characters().get(i);
      int from = x(span.from());
      int end = Math.max(from + 2, x(span.to()));
      int y = top + rows[i] * ROW;
      to.setColor(ChartStyle.BLUE);
      to.fillRect(from, y, end - from, 4);
      to.setColor(LookDrawing.INK);
      String text = shown(span);
      int middle = (from + end - metrics.stringWidth(text)) / 2;
      to.drawString(text, Math.max(from, middle), y + 18);
    }
  }

  private static String page(Sound sound) {
    BufferedImage image = new SpectrogramPicture(sound).draw();
    return Html.begin("Spectrogram", image.getWidth() + 60, "p { overflow-x: auto; }\n")
        + Html.picture(sound.title().isEmpty() ? "(nothing recognised)" : sound.title(), image)
        + formatted(
            "<p class=\"note\">Model: %s. %,d frames of %d mel bands, %.2f seconds.</p>%n",
            Html.text(
                sound.model.substring(
                    1 + Math.max(sound.model.lastIndexOf('/'), sound.model.lastIndexOf('\\')))),
            sound.frames(),
            sound.bands(),
            sound.frames() * sound.secondsPerFrame())
        + Html.END;
  }
}
