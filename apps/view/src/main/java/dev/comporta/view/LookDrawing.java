package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture, or the frames of a clip, once for each word of its caption, lit where the model looked
 * for that word and dark elsewhere, as in the figures of Xu et al. 2015. One scale of brightness is
 * shared by all words.
 */
public final class LookDrawing {
  private static final int TILE = Look.TILE;
  private static final int GAP = 14;
  private static final int LABEL = 46;
  private static final int MARGIN = 24;
  private static final int TITLE = 72;
  private static final int LEGEND = 64;
  private static final int BAR = 2 * TILE + GAP;
  private static final int BAR_HEIGHT = 14;
  private static final int LEAST_COLUMNS = 4;
  private static final int MOST_COLUMNS = 6;
  private static final int LEAST_WIDTH = LEAST_COLUMNS * (TILE + GAP) - GAP;
  static final Color INK = new Color(0x1b2733);
  static final Color DIM = new Color(0x5b6b7a);
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Color EDGE = new Color(0xd5dce3);

  /** What lies over positions that were not looked at. */
  private static final Color SHADE = new Color(0x0b1622);

  private static final double DARKEST = 0.86;

  private LookDrawing() {}

  /**
   * All words of a caption as one image, after the picture itself, with the model's name and a
   * scale.
   */
  public static BufferedImage sheet(Look look) {
    List<Look.Word> words = look.words();
    boolean film = look.isFilm();
    int columns = film ? 1 : Math.clamp(words.size() + 1, LEAST_COLUMNS, MOST_COLUMNS);
    int rows = Math.ceilDiv(words.size() + 1, columns);
    int width = look.width();
    int height = look.height();
    int legend = TITLE + rows * (height + LABEL);
    BufferedImage image =
        new BufferedImage(
            2 * MARGIN + Math.max(columns * (width + GAP) - GAP, LEAST_WIDTH),
            legend + LEGEND + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = graphics(image);
    text(to, look.caption(), Font.BOLD, 21, image.getWidth() - 2 * MARGIN, MARGIN, 36, INK);
    text(
        to,
        "model: " + look.model(),
        Font.PLAIN,
        13,
        image.getWidth() - 2 * MARGIN,
        MARGIN,
        57,
        DIM);
    for (int i = 0; i <= words.size(); i++) {
      int x = MARGIN + i % columns * (width + GAP);
      int y = TITLE + i / columns * (height + LABEL);
      int below = y + height + 21;
      Look.Word word = i == 0 ? null : words.get(i - 1);
      framed(to, tile(look, word), x, y);
      if (word == null) {
        text(to, film ? "the clip" : "the picture", Font.PLAIN, 13, width, x + 2, below, DIM);
      } else {
        text(to, word.text(), Font.BOLD, 16, width, x + 2, below, INK);
        if (look.isSaid()) {
          right(to, formatted("%.2f", word.probability()), x + width - 2, below);
        }
      }
    }
    to.drawImage(scale(look), MARGIN, legend + 8, null);
    String meaning = "brightness: attention weight of one of " + positions(look);
    text(to, meaning, Font.PLAIN, 13, TILE * 2, MARGIN + BAR + GAP, legend + 19, DIM);
    if (look.isSaid()) {
      String number = "number: probability of the word";
      text(to, number, Font.PLAIN, 13, TILE * 2, MARGIN + BAR + GAP, legend + 40, DIM);
    }
    to.dispose();
    return image;
  }

  /** The positions, counted. */
  static String positions(Look look) {
    return formatted("%d %s", look.rows() * look.columns(), look.isFilm() ? "frames" : "positions");
  }

  /** The scale of brightness: a bar from no weight to the largest, with its numbers below. */
  static BufferedImage scale(Look look) {
    BufferedImage scale = new BufferedImage(BAR, 36, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = graphics(scale);
    for (int x = 0; x < BAR; x++) {
      to.setColor(shade((x + 0.5) / BAR));
      to.fillRect(x, 0, 1, BAR_HEIGHT);
    }
    to.setColor(EDGE);
    to.drawRect(0, 0, BAR - 1, BAR_HEIGHT);
    double most = look.brightest();
    text(to, "0", Font.PLAIN, 13, BAR, 1, 31, DIM);
    String middle = formatted("%.2f", most / 2);
    right(to, middle, (BAR + to.getFontMetrics().stringWidth(middle)) / 2, 31);
    right(to, formatted("%.2f", most), BAR - 1, 31);
    to.dispose();
    return scale;
  }

  /** Text that becomes smaller until it fits. */
  private static void text(
      Graphics2D to, String text, int style, float size, int width, int x, int y, Color color) {
    float at = size;
    do {
      to.setFont(new Font(Font.SANS_SERIF, style, 10).deriveFont(at--));
    } while (at > 7 && to.getFontMetrics().stringWidth(text) > width);
    to.setColor(color);
    to.drawString(text, x, y);
  }

  private static void right(Graphics2D to, String text, int x, int y) {
    to.setFont(FONT);
    to.setColor(DIM);
    to.drawString(text, x - to.getFontMetrics().stringWidth(text), y);
  }

  private static void framed(Graphics2D to, BufferedImage tile, int x, int y) {
    var frame = new RoundRectangle2D.Double(x, y, tile.getWidth(), tile.getHeight(), 10, 10);
    var clip = to.getClip();
    to.setClip(frame);
    to.drawImage(tile, x, y, null);
    to.setClip(clip);
    to.setColor(EDGE);
    to.setStroke(new BasicStroke(1));
    to.draw(frame);
  }

  /** The picture, dark where it was not looked at for this word; as it is without a word. */
  static BufferedImage tile(Look look, Look.@Nullable Word word) {
    int width = look.width();
    int height = look.height();
    BufferedImage tile = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = graphics(tile);
    BufferedImage picture = look.picture();
    boolean large = !look.isFilm() && picture.getWidth() > TILE;
    to.drawImage(large ? SquarePicture.scaled(picture, TILE) : picture, 0, 0, width, height, null);
    if (word != null) {
      BufferedImage shade = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
      double most = look.brightest();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double weight = look.weight(word, (x + 0.5) / width, (y + 0.5) / height);
          shade.setRGB(x, y, shade(weight / most).getRGB());
        }
      }
      to.drawImage(shade, 0, 0, null);
    }
    to.dispose();
    return tile;
  }

  /** What lies over a position of this share of the largest weight. */
  private static Color shade(double light) {
    int alpha = (int) Math.round(255 * DARKEST * (1 - light));
    return new Color(SHADE.getRed(), SHADE.getGreen(), SHADE.getBlue(), alpha);
  }

  /** A share of a colour, from white to the colour itself. */
  static Color tint(Color full, double share) {
    return new Color(
        (int) Math.round(255 + share * (full.getRed() - 255)),
        (int) Math.round(255 + share * (full.getGreen() - 255)),
        (int) Math.round(255 + share * (full.getBlue() - 255)));
  }

  /** The sizes of texts in {@link #FONT}. */
  static FontMetrics metrics() {
    Graphics2D to = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    FontMetrics metrics = to.getFontMetrics(FONT);
    to.dispose();
    return metrics;
  }

  /** A text that fits a width; the end of a longer one is cut. */
  static String shortened(String text, FontMetrics metrics, int width) {
    if (metrics.stringWidth(text) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 0 && metrics.stringWidth(text.substring(0, end) + "...") > width) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end) + "...";
  }

  /** Draws smoothly on a white ground. */
  static Graphics2D graphics(BufferedImage image) {
    Graphics2D to = image.createGraphics();
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    to.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    to.setColor(Color.WHITE);
    to.fillRect(0, 0, image.getWidth(), image.getHeight());
    return to;
  }
}
