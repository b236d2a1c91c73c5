package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Which label is taken for which: a row for each actual label, a column for each predicted one, and
 * the share of the row in each cell, as a colour and as a number. As an image, or as a page that
 * holds the image and its counts.
 */
public final class ConfusionPicture {
  private static final String TITLE = "Predicted labels by actual label";
  private static final String AXES = "actual (rows), predicted (columns)";
  private static final Color FULL = new Color(0x0072b2);
  private static final int CELL = 52;
  private static final int MARGIN = 16;

  /** Pixels of the longest label; what is longer is cut. */
  private static final int MOST_LABEL = 244;

  /** More labels than this get smaller cells without numbers. */
  private static final int MOST_NUMBERS = 30;

  /** More labels than this make a picture that nobody can read. */
  private static final int MOST_LABELS = 400;

  private ConfusionPicture() {}

  /**
   * Refuses labels that no picture can show, before the work is done that the picture would show.
   *
   * @param labels the labels of a model
   * @throws InvalidOptionException if there are more than 400
   */
  public static void requireDrawable(List<String> labels) {
    if (labels.size() > MOST_LABELS) {
      throw new InvalidOptionException(
          formatted(
              "--picture can draw at most %d labels but the model has %,d; leave the option out",
              MOST_LABELS, labels.size()));
    }
  }

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param labels one or more labels, as many as {@link #requireDrawable} allows
   * @param counts {@code [actual, predicted]}
   */
  public static void write(Path file, List<String> labels, long[][] counts) {
    PictureFile.write(file, () -> image(labels, counts), () -> page(labels, counts));
  }

  private static BufferedImage image(List<String> labels, long[][] counts) {
    int size = labels.size();
    int cell = size > MOST_NUMBERS ? Math.max(4, 1560 / size) : CELL;
    FontMetrics metrics = LookDrawing.metrics();
    int words = labels.stream().mapToInt(metrics::stringWidth).max().orElse(0);
    int left = Math.min(words, MOST_LABEL) + 2 * MARGIN;
    int top = Math.min(words, MOST_LABEL) + 3 * MARGIN + metrics.getHeight();
    int width = Math.max(left + size * cell, MARGIN + metrics.stringWidth(AXES)) + MARGIN;
    BufferedImage image =
        new BufferedImage(width, top + size * cell + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = LookDrawing.graphics(image);
    drawing.setFont(LookDrawing.FONT);
    drawing.setColor(LookDrawing.INK);
    drawing.drawString(AXES, MARGIN, MARGIN + 6);
    for (int actual = 0; actual < size; actual++) {
      long all = Math.max(1, Arrays.stream(counts[actual]).sum());
      int y = top + actual * cell;
      for (int predicted = 0; predicted < size; predicted++) {
        int x = left + predicted * cell;
        double share = counts[actual][predicted] / (double) all;
        drawing.setColor(LookDrawing.tint(FULL, share));
        drawing.fillRect(x, y, cell - 1, cell - 1);
        if (size <= MOST_NUMBERS && counts[actual][predicted] > 0) {
          String number = formatted("%.0f %%", 100 * share);
          drawing.setColor(share > 0.5 ? Color.WHITE : LookDrawing.INK);
          drawing.drawString(
              number, x + (cell - metrics.stringWidth(number)) / 2, y + cell / 2 + 5);
        }
      }
      if (cell >= metrics.getAscent()) {
        String label = LookDrawing.shortened(labels.get(actual), metrics, MOST_LABEL);
        int middle = left + actual * cell + cell / 2 + 5;
        drawing.setColor(LookDrawing.INK);
        drawing.drawString(label, MARGIN, y + cell / 2 + 5);
        drawing.rotate(-Math.PI / 2, middle, top - 6);
        drawing.drawString(label, middle, top - 6);
        drawing.rotate(Math.PI / 2, middle, top - 6);
      }
    }
    drawing.dispose();
    return image;
  }

  private static String page(List<String> labels, long[][] counts) {
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            TITLE,
            1000,
            """
            img { max-width: 100%; } table { font-variant-numeric: tabular-nums; }
            td, th { padding-right: 1rem; text-align: right; }
            td:first-child, th:first-child { text-align: left; }
            """));
    page.append(Html.picture(TITLE, image(labels, counts))).append("<table><tr><th>actual</th>");
    labels.forEach(label -> page.append(formatted("<th>%s</th>", Html.text(label))));
    page.append("</tr>\n");
    for (int actual = 0; actual < labels.size(); actual++) {
      page.append(formatted("<tr><td>%s</td>", Html.text(labels.get(actual))));
      for (long count : counts[actual]) {
        page.append(formatted("<td>%d</td>", count));
      }
      page.append("</tr>\n");
    }
    return page.append("</table>\n").append(Html.END).toString();
  }
}
