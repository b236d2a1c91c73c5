package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the heads of a neural Turing machine were over time (Graves et al. 2014, figure 6): one
 * panel for each head, with timesteps from left to right and locations from top to bottom. As an
 * image, or as a page that holds the image.
 */
public final class HeadPicture {
  private static final int MARGIN = 16;
  private static final int TITLE = 26;
  private static final int LABELS = 40;
  private static final int WIDEST = 1200;
  private static final int LARGEST_CELL = 12;

  /** Pixels of the panels of all heads. */
  private static final int TALLEST = 20_000;

  private HeadPicture() {}

  /**
   * The weights of one head.
   *
   * @param name the head, such as {@code layers.0.read0}
   * @param weights {@code [timesteps, locations]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Head(String name, float[] weights) {}

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param model the name of the model
   * @param timesteps 1 or more
   * @param heads one or more heads, each with weights for all timesteps
   * @throws ComportaException if there are more than 1,200 timesteps or locations, or more heads
   *     than an image of 20,000 pixels has room for
   */
  public static void write(Path file, String model, int timesteps, List<Head> heads) {
    int locations =
        heads.stream().mapToInt(head -> head.weights().length / timesteps).max().orElse(1);
    if (timesteps > WIDEST || locations > WIDEST) {
      throw new ComportaException(
          formatted(
              "[picture] expected at most %d timesteps and locations but there are %d and %d; no picture was written",
              WIDEST, timesteps, locations));
    }
    int cell = Math.clamp(WIDEST / Math.max(timesteps, locations), 1, LARGEST_CELL);
    long height = MARGIN;
    for (Head head : heads) {
      height += TITLE + (long) head.weights().length / timesteps * cell + MARGIN;
    }
    if (height > TALLEST) {
      throw new ComportaException(
          formatted(
              "[picture] expected panels of at most %,d pixels in all but %d heads with up to %d locations need %,d; no picture was written",
              TALLEST, heads.size(), locations, height));
    }
    int tall = (int) height;
    PictureFile.write(
        file,
        () -> image(timesteps, heads, cell, tall),
        () -> page(model, image(timesteps, heads, cell, tall)));
  }

  private static BufferedImage image(int timesteps, List<Head> heads, int cell, int height) {
    int width = Math.max(LABELS + timesteps * cell + 2 * MARGIN, 320);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    to.setFont(LookDrawing.FONT);
    int top = MARGIN;
    for (Head head : heads) {
      top = panel(to, head, timesteps, cell, top) + MARGIN;
    }
    to.dispose();
    return image;
  }

  /** Draws the panel of a head below a line; returns where it ends. */
  private static int panel(Graphics2D to, Head head, int timesteps, int cell, int top) {
    int locations = head.weights().length / timesteps;
    to.setColor(LookDrawing.INK);
    to.drawString(
        formatted("%s: %d timesteps, %d locations", head.name(), timesteps, locations),
        MARGIN,
        top + 12);
    int y = top + TITLE;
    to.setColor(LookDrawing.DIM);
    to.drawString("0", MARGIN, y + 11);
    to.drawString(
        formatted("%d", locations - 1), MARGIN, Math.max(y + 24, y + locations * cell - 1));
    for (int t = 0; t < timesteps; t++) {
      for (int location = 0; location < locations; location++) {
        to.setColor(Alignment.color(head.weights()[t * locations + location]));
        to.fillRect(LABELS + MARGIN + t * cell, y + location * cell, cell, cell);
      }
    }
    return y + locations * cell;
  }

  private static String page(String model, BufferedImage image) {
    String title = "Addressing over time";
    return Html.begin(title, WIDEST + 100, "img { max-width: 100%; }\n")
        + formatted(
            "<h1>%s</h1>%n<p class=\"note\">%s. The darker a cell, the larger the weight of the location at the timestep.</p>%n<p><img alt=\"%s\" src=\"",
            title, Html.text(model), title)
        + Html.source(image)
        + "\"></p>\n"
        + Html.END;
  }
}
