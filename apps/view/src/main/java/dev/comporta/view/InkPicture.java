package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Words as a pen wrote them, each with what was read under it; what was read wrong is marked, with
 * what was written. As an image, or as a page that holds it.
 */
public final class InkPicture {
  /** The most words of a picture. */
  public static final int MOST = 200;

  private static final int COLUMNS = 4;
  private static final int WIDTH = 260;
  private static final int HEIGHT = 110;
  private static final int LABEL = 34;
  private static final int FIELD = HEIGHT + LABEL;
  private static final int MARGIN = 16;
  private static final Color EDGE = new Color(0xd5dce3);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 17);

  private InkPicture() {}

  /**
   * A word.
   *
   * @param strokes the points of each, x, y, x, y, with y down
   * @param read what was read
   * @param written what was written; empty if that is not known
   */
  public record Word(List<float[]> strokes, String read, String written) {
    /** Copies the list. */
    public Word {
      strokes = List.copyOf(strokes);
    }

    private boolean isWrong() {
      return !written.isEmpty() && !written.equals(read);
    }

    private String label() {
      return isWrong() ? read + "  (written: " + written + ")" : read;
    }
  }

  /**
   * Refuses a file that is no picture of this kind.
   *
   * @param file ends in .svg, .png or .html
   * @throws InvalidOptionException if it does not
   */
  public static void requireKnown(Path file) {
    if (!isDrawing(file)) {
      try {
        PictureFile.requireKnown(file);
      } catch (InvalidOptionException e) {
        throw new InvalidOptionException(
            "--picture expected a file that ends in .svg, .png or .html but got " + file);
      }
    }
  }

  private static boolean isDrawing(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".svg");
  }

  /**
   * Writes the picture.
   *
   * @param file a drawing if it ends in .svg, an image if it ends in .png, a page if it ends in
   *     .html
   * @param words the words, up to {@link #MOST} of which are drawn
   */
  public static void write(Path file, List<Word> words) {
    List<Word> drawn = words.subList(0, Math.min(MOST, words.size()));
    if (isDrawing(file)) {
      AtomicFile.write(file, drawing(drawn).getBytes(StandardCharsets.UTF_8));
    } else {
      PictureFile.write(file, () -> image(drawn), () -> page(drawn));
    }
  }

  /** The words as SVG. */
  private static String drawing(List<Word> words) {
    int width = MARGIN + Math.clamp(words.size(), 1, COLUMNS) * (WIDTH + MARGIN);
    int height = MARGIN + Math.max(1, Math.ceilDiv(words.size(), COLUMNS)) * (FIELD + MARGIN);
    StringBuilder svg = new StringBuilder();
    svg.append(
        formatted(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">%n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
            width, height, width, height, width, height));
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      int x = MARGIN + i % COLUMNS * (WIDTH + MARGIN);
      int y = MARGIN + i / COLUMNS * (FIELD + MARGIN);
      Placed placed = Placed.of(word.strokes, x + 12, y + 10, WIDTH - 24, HEIGHT - 20);
      svg.append(
          "<g fill=\"none\" stroke=\"#1b2733\" stroke-width=\"2.2\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n");
      for (float[] stroke : word.strokes) {
        svg.append("<path d=\"");
        for (int j = 0; j < stroke.length; j += 2) {
          svg.append(
              formatted(
                  "%s%.2f %.2f",
                  j == 0 ? "M" : " L", placed.x(stroke[j]), placed.y(stroke[j + 1])));
        }
        if (stroke.length == 2) {
          svg.append(" h0"); // a dot
        }
        svg.append("\"/>\n");
      }
      svg.append(
          formatted(
              "</g>%n<text x=\"%d\" y=\"%d\" font-family=\"sans-serif\" font-size=\"17\" fill=\"%s\">%s</text>%n",
              x + 2,
              y + HEIGHT + 22,
              word.isWrong() ? "#d55e00" : "#0072b2",
              Html.text(word.label())));
    }
    return svg.append("</svg>\n").toString();
  }

  private static BufferedImage image(List<Word> words) {
    int columns = Math.clamp(words.size(), 1, COLUMNS);
    int rows = Math.max(1, Math.ceilDiv(words.size(), COLUMNS));
    BufferedImage image =
        new BufferedImage(
            MARGIN + columns * (WIDTH + MARGIN),
            MARGIN + rows * (FIELD + MARGIN),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    for (int i = 0; i < words.size(); i++) {
      int x = MARGIN + i % COLUMNS * (WIDTH + MARGIN);
      int y = MARGIN + i / COLUMNS * (FIELD + MARGIN);
      Word word = words.get(i);
      to.setColor(EDGE);
      to.setStroke(new BasicStroke(1));
      to.drawRect(x, y, WIDTH, HEIGHT);
      to.setColor(LookDrawing.INK);
      strokes(to, word.strokes, x + 12, y + 10, WIDTH - 24, HEIGHT - 20);
      to.setFont(FONT);
      to.setColor(word.isWrong() ? ChartStyle.ORANGE : ChartStyle.BLUE);
      to.drawString(
          LookDrawing.shortened(word.label(), to.getFontMetrics(), WIDTH), x + 2, y + HEIGHT + 22);
    }
    to.dispose();
    return image;
  }

  /** Draws strokes as large as they fit, in the middle of a box. */
  private static void strokes(
      Graphics2D to, List<float[]> strokes, double x, double y, double width, double height) {
    Placed placed = Placed.of(strokes, x, y, width, height);
    to.setStroke(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    for (float[] stroke : strokes) {
      Path2D path = new Path2D.Double();
      path.moveTo(placed.x(stroke[0]), placed.y(stroke[1]));
      for (int i = 0; i < stroke.length; i += 2) {
        path.lineTo(placed.x(stroke[i]), placed.y(stroke[i + 1]));
      }
      to.draw(path);
    }
  }

  /** Where strokes are in a box: as large as they fit, in the middle. */
  private record Placed(double scale, double left, double top) {
    private static final double LARGEST = 8;

    static Placed of(List<float[]> strokes, double x, double y, double width, double height) {
      double left = Double.POSITIVE_INFINITY;
      double right = Double.NEGATIVE_INFINITY;
      double top = Double.POSITIVE_INFINITY;
      double bottom = Double.NEGATIVE_INFINITY;
      for (float[] stroke : strokes) {
        for (int i = 0; i < stroke.length; i += 2) {
          left = Math.min(left, stroke[i]);
          right = Math.max(right, stroke[i]);
          top = Math.min(top, stroke[i + 1]);
          bottom = Math.max(bottom, stroke[i + 1]);
        }
      }
      double scale =
          Math.min(
              LARGEST, Math.min(width / (right - left), height / (bottom - top))); // or infinite
      return new Placed(
          scale,
          x + (width - scale * (right - left)) / 2 - scale * left,
          y + (height - scale * (bottom - top)) / 2 - scale * top);
    }

    double x(float of) {
      return left + scale * of;
    }

    double y(float of) {
      return top + scale * of;
    }
  }

  private static String page(List<Word> words) {
    BufferedImage image = image(words);
    return Html.begin("Handwriting and what was read", image.getWidth() + 60, "")
        + Html.picture("Words with what was read", image)
        + "<p class=\"note\">Under each word is what the model read; what is wrong is orange, with what was written.</p>\n"
        + Html.END;
  }
}
