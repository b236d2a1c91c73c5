package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.stream.Stream;

/**
 * The heat map of an alignment as an image, with the entropy and the probability of each row and
 * the coverage of each column.
 */
final class AlignmentImage {
  private static final int CELL = 30;
  private static final int LEAST_LABELS = 90;
  private static final int FIGURES = 170;
  private static final int PROBABILITY = 95;
  private static final int MARGIN = 16;
  private static final int HEADER = 30;
  private static final int LEGEND = 40;
  private static final int SCALE = 140;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final Font SMALL = FONT.deriveFont(11f);
  private static final FontRenderContext FONTS = new FontRenderContext(null, true, false);
  private static final String LEGEND_TEXT =
      "attention weight: each row adds up to 100 % (less for local attention)";

  private final Alignment alignment;
  private final boolean upright;
  private final int left;
  private final int top;

  private AlignmentImage(Alignment alignment) {
    this.alignment = alignment;
    this.upright = alignment.hasShortLabels();
    this.left = MARGIN + longest(LEAST_LABELS, alignment.target().stream());
    this.top =
        HEADER
            + (int)
                (upright
                    ? 2 * FONT.getSize2D()
                    : 20 + 0.87 * longest(0, alignment.source().stream()));
  }

  private static int longest(int least, Stream<String> texts) {
    return texts.mapToInt(AlignmentImage::width).reduce(least, Math::max);
  }

  private static int width(String text) {
    return width(FONT, text);
  }

  /** The pixels of a line of text. */
  static int width(Font font, String text) {
    return (int) Math.ceil(font.getStringBounds(text, FONTS).getWidth());
  }

  /** The picture. */
  static BufferedImage of(Alignment alignment) {
    return new AlignmentImage(alignment).draw();
  }

  private BufferedImage draw() {
    int columns = alignment.source().size();
    int rows = alignment.target().size();
    int bottom = top + rows * CELL;
    int header = 2 * MARGIN + width(alignment.modelName());
    BufferedImage image =
        new BufferedImage(
            Math.max(
                left + columns * CELL + FIGURES + MARGIN,
                Math.max(header, legendWidth(LEGEND_TEXT))),
            bottom + CELL + LEGEND + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    to.setFont(FONT);
    to.setColor(LookDrawing.DIM);
    to.drawString(alignment.modelName(), MARGIN, 22);
    to.setColor(LookDrawing.INK);
    for (int s = 0; s < columns; s++) {
      label(to, alignment.source().get(s), left + s * CELL + CELL / 2);
    }
    for (int t = 0; t < rows; t++) {
      row(to, t);
    }
    to.setColor(LookDrawing.DIM);
    right(to, "coverage", bottom + CELL - 9);
    to.setFont(SMALL);
    to.drawString("entropy", figures(), top - 8);
    to.drawString("probability", figures() + PROBABILITY, top - 8);
    for (int s = 0; s < columns; s++) {
      to.drawString(
          formatted("%.1f", alignment.coverage(s)), left + s * CELL + 6, bottom + CELL - 9);
    }
    legend(to, bottom + CELL + MARGIN, LEGEND_TEXT);
    to.dispose();
    return image;
  }

  private int figures() {
    return left + alignment.source().size() * CELL + 14;
  }

  private void row(Graphics2D to, int t) {
    int y = top + t * CELL;
    to.setColor(LookDrawing.INK);
    right(to, alignment.target().get(t), y + CELL - 9);
    for (int s = 0; s < alignment.source().size(); s++) {
      to.setColor(Alignment.color(alignment.weight(t, s)));
      to.fillRect(left + s * CELL, y, CELL - 1, CELL - 1);
    }
    to.setColor(LookDrawing.DIM);
    to.drawString(formatted("%.2f bits", alignment.entropy(t)), figures(), y + CELL - 9);
    to.drawString(alignment.probability(t), figures() + PROBABILITY, y + CELL - 9);
  }

  /** The pixels across that a legend needs. */
  static int legendWidth(String text) {
    return 2 * MARGIN + SCALE + 90 + width(text);
  }

  /** Draws the scale of colours, and a text that says what they mean. */
  static void legend(Graphics2D to, int y, String text) {
    to.setColor(LookDrawing.DIM);
    to.drawString("0 %", MARGIN, y + 12);
    int x = MARGIN + 32;
    for (int i = 0; i < SCALE; i++) {
      to.setColor(Alignment.color(i / (SCALE - 1.0)));
      to.fillRect(x + i, y, 1, 14);
    }
    to.setColor(LookDrawing.DIM);
    to.drawString("100 %   " + text, x + SCALE + 8, y + 12);
  }

  private void right(Graphics2D to, String text, int y) {
    to.drawString(text, left - 8 - to.getFontMetrics().stringWidth(text), y);
  }

  private void label(Graphics2D to, String text, int x) {
    if (upright) {
      Font font = width(text) < CELL ? FONT : SMALL;
      to.setFont(font);
      int half = (int) font.getStringBounds(text, FONTS).getWidth() / 2;
      to.drawString(text, x - half, top - 8);
      to.setFont(FONT);
      return;
    }
    slanted(to, text, x + 5, top - 8);
  }

  /** Draws a text upwards from a place. */
  static void slanted(Graphics2D to, String text, int x, int y) {
    AffineTransform before = to.getTransform();
    to.rotate(-Math.PI / 3, x, y);
    to.drawString(text, x, y);
    to.setTransform(before);
  }
}
