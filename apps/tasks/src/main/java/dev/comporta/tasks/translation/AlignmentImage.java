package dev.comporta.tasks.translation;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The heat map of an alignment as an image, with the entropy of each row and the coverage of each
 * column.
 */
final class AlignmentImage {
  private static final int CELL = 30;
  private static final int LEAST_LABELS = 90;
  private static final int FIGURES = 120;
  private static final int MARGIN = 16;
  private static final Color INK = new Color(0x1b2733);
  private static final Color DIM = new Color(0x5b6b7a);

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

  private final Alignment alignment;

  /** The room for the words at the top and on the left. */
  private final int labels;

  private AlignmentImage(Alignment alignment) {
    this.alignment = alignment;
    FontRenderContext fonts = new FontRenderContext(null, true, false);
    this.labels =
        Stream.concat(
                    Stream.of("coverage"),
                    Stream.concat(alignment.source().stream(), alignment.target().stream()))
                .mapToInt(text -> (int) Math.ceil(FONT.getStringBounds(text, fonts).getWidth()))
                .reduce(LEAST_LABELS, Math::max)
            + MARGIN;
  }

  /** The picture. */
  static BufferedImage of(Alignment alignment) {
    return new AlignmentImage(alignment).draw();
  }

  private BufferedImage draw() {
    int columns = alignment.source().size();
    int rows = alignment.target().size();
    BufferedImage image =
        new BufferedImage(
            labels + columns * CELL + FIGURES + MARGIN,
            labels + (rows + 1) * CELL + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = image.createGraphics();
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    to.setColor(Color.WHITE);
    to.fillRect(0, 0, image.getWidth(), image.getHeight());
    to.setFont(FONT);
    to.setColor(INK);
    for (int s = 0; s < columns; s++) {
      slanted(to, alignment.source().get(s), labels + s * CELL + CELL / 2 + 5, labels - 8);
    }
    for (int t = 0; t < rows; t++) {
      row(to, t);
    }
    to.setColor(DIM);
    right(to, "coverage", labels + rows * CELL + CELL - 9);
    to.setFont(to.getFont().deriveFont(11f));
    to.drawString("entropy, bits", labels + columns * CELL + 8, labels - 8);
    for (int s = 0; s < columns; s++) {
      to.drawString(
          String.format(Locale.ROOT, "%.1f", alignment.coverage(s)),
          labels + s * CELL + 6,
          labels + rows * CELL + CELL - 9);
    }
    to.dispose();
    return image;
  }

  private void row(Graphics2D to, int t) {
    int y = labels + t * CELL;
    int columns = alignment.source().size();
    to.setColor(INK);
    right(to, alignment.target().get(t), y + CELL - 9);
    for (int s = 0; s < columns; s++) {
      int[] rgb = AlignmentPage.rgb(alignment.weight(t, s));
      to.setColor(new Color(rgb[0], rgb[1], rgb[2]));
      to.fillRect(labels + s * CELL, y, CELL - 1, CELL - 1);
    }
    to.setColor(DIM);
    to.drawString(
        String.format(Locale.ROOT, "%.2f", alignment.entropy(t)),
        labels + columns * CELL + 8,
        y + CELL - 9);
  }

  private void right(Graphics2D to, String text, int y) {
    to.drawString(text, labels - 8 - to.getFontMetrics().stringWidth(text), y);
  }

  private static void slanted(Graphics2D to, String text, int x, int y) {
    AffineTransform before = to.getTransform();
    to.rotate(-Math.PI / 3, x, y);
    to.drawString(text, x, y);
    to.setTransform(before);
  }
}
