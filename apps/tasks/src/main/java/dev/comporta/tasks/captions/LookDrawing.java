package dev.comporta.tasks.captions;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A picture once for each word of its caption, lit where the model looked for that word and dark
 * elsewhere, as in the figures of Xu et al. 2015.
 */
final class LookDrawing {
  /** Pixels on a side of one of the pictures. */
  static final int TILE = 168;

  private static final int GAP = 14;
  private static final int LABEL = 46;
  private static final int MARGIN = 24;
  private static final int TITLE = 56;
  private static final int MOST_COLUMNS = 6;
  private static final Color INK = new Color(0x1b2733);
  private static final Color DIM = new Color(0x5b6b7a);
  private static final Color EDGE = new Color(0xd5dce3);

  /** What lies over places that were not looked at. */
  private static final Color SHADE = new Color(0x0b1622);

  private static final double DARKEST = 0.86;

  /** Where the largest weight is smaller, nothing is lit fully: the model looked at all alike. */
  private static final float CLEAR_LOOK = 0.15f;

  private LookDrawing() {}

  /** All words of a caption as one picture, the scene itself first. */
  static BufferedImage sheet(Look look) {
    List<Look.Word> words = look.words();
    int columns = Math.min(MOST_COLUMNS, words.size() + 1);
    int rows = Math.ceilDiv(words.size() + 1, columns);
    BufferedImage image =
        new BufferedImage(
            2 * MARGIN + columns * (TILE + GAP) - GAP,
            TITLE + rows * (TILE + LABEL) + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = image.createGraphics();
    smooth(to);
    to.setColor(Color.WHITE);
    to.fillRect(0, 0, image.getWidth(), image.getHeight());
    to.setColor(INK);
    title(to, look.caption(), image.getWidth() - 2 * MARGIN);
    for (int i = 0; i <= words.size(); i++) {
      int x = MARGIN + i % columns * (TILE + GAP);
      int y = TITLE + i / columns * (TILE + LABEL);
      framed(to, i == 0 ? tile(look, null) : tile(look, words.get(i - 1)), x, y);
      to.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
      to.setColor(INK);
      if (i > 0) {
        Look.Word word = words.get(i - 1);
        to.drawString(word.text(), x + 2, y + TILE + 21);
        to.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        to.setColor(DIM);
        String share = String.format(Locale.ROOT, "%.2f", Math.exp(word.logProbability()));
        int width = to.getFontMetrics().stringWidth(share);
        to.drawString(share, x + TILE - 2 - width, y + TILE + 21);
      }
    }
    to.dispose();
    return image;
  }

  /** The caption, as large as fits. */
  private static void title(Graphics2D to, String caption, int width) {
    float size = 21;
    do {
      to.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 10).deriveFont(size--));
    } while (size > 8 && to.getFontMetrics().stringWidth(caption) > width);
    to.drawString(caption, MARGIN, 36);
  }

  private static void framed(Graphics2D to, BufferedImage tile, int x, int y) {
    var frame = new RoundRectangle2D.Double(x, y, TILE, TILE, 10, 10);
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
    BufferedImage tile = new BufferedImage(TILE, TILE, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = tile.createGraphics();
    to.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    BufferedImage picture = look.picture();
    to.drawImage(
        picture.getWidth() > TILE ? PictureValues.scaled(picture, TILE) : picture,
        0,
        0,
        TILE,
        TILE,
        null);
    if (word != null) {
      to.setComposite(AlphaComposite.SrcOver);
      to.drawImage(shade(look, word), 0, 0, null);
    }
    to.dispose();
    return tile;
  }

  private static BufferedImage shade(Look look, Look.Word word) {
    BufferedImage shade = new BufferedImage(TILE, TILE, BufferedImage.TYPE_INT_ARGB);
    float most = CLEAR_LOOK;
    for (float weight : word.weights()) {
      most = Math.max(most, weight);
    }
    for (int y = 0; y < TILE; y++) {
      for (int x = 0; x < TILE; x++) {
        double light = look.weight(word, (x + 0.5) / TILE, (y + 0.5) / TILE) / most;
        int alpha = (int) Math.round(255 * DARKEST * (1 - light));
        shade.setRGB(x, y, (alpha << 24) | (SHADE.getRGB() & 0xffffff));
      }
    }
    return shade;
  }

  private static void smooth(Graphics2D to) {
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
  }
}
