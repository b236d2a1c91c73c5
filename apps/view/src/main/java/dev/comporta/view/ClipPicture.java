package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clips side by side: as a filmstrip with a row for each clip and a column for each frame, as an
 * animation, or as a page that holds the filmstrip.
 */
public final class ClipPicture {
  private static final int MARGIN = 16;
  private static final int GAP = 4;
  private static final int LINE = 18;

  /** Pixels on a side of a frame, at least, in a filmstrip and in an animation. */
  private static final int TILE = 64;

  private static final int LARGE_TILE = 160;

  /** Frames of a row; of a longer clip, every second or third is drawn, and so on. */
  private static final int MOST_COLUMNS = 20;

  private static final Color NONE = new Color(0xf2f4f6);

  /** Orange that frames shine through. */
  private static final Color TINT =
      new Color(
          ChartStyle.ORANGE.getRed(),
          ChartStyle.ORANGE.getGreen(),
          ChartStyle.ORANGE.getBlue(),
          150);

  private static final float INSIDE = 0.5f;

  private ClipPicture() {}

  /**
   * A clip of a picture.
   *
   * @param name stands before it
   * @param frames {@code [side, side]} each, from 0 (black) to 1 (white); null for a frame that
   *     there is none of
   * @param captions a word below each frame; none if empty
   * @param boxes over the frames; none if empty
   * @param masks over the frames; none if empty
   */
  public record Clip(
      String name,
      List<float @Nullable []> frames,
      List<String> captions,
      List<List<Box>> boxes,
      List<List<Mask>> masks) {
    /**
     * A clip without masks.
     *
     * @param name stands before it
     * @param frames {@code [side, side]} each
     * @param captions a word below each frame; none if empty
     * @param boxes over the frames; none if empty
     */
    public Clip(
        String name,
        List<float @Nullable []> frames,
        List<String> captions,
        List<List<Box>> boxes) {
      this(name, frames, captions, boxes, List.of());
    }
  }

  /**
   * A box over a frame, in parts of its side.
   *
   * @param left from the left edge
   * @param top from the top
   * @param right from the left edge
   * @param bottom from the top
   * @param truth whether it is the true one, drawn in blue; else it is drawn in orange
   */
  public record Box(double left, double top, double right, double bottom, boolean truth) {}

  /**
   * A mask over a frame.
   *
   * @param pixels {@code [side, side]}; those of 0.5 or more belong to it
   * @param truth whether it is the true one, whose outline is drawn in blue; else its pixels are
   *     tinted orange
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Mask(float[] pixels, boolean truth) {
    /** Whether a pixel belongs to the mask; those outside the frame do not. */
    private boolean has(int column, int row, int side) {
      return column >= 0
          && row >= 0
          && column < side
          && row < side
          && pixels[row * side + column] >= INSIDE;
    }
  }

  /** Refuses a file that can be none of these. */
  public static void requireKnown(Path file) {
    if (!ClipFile.isGif(file)) {
      try {
        PictureFile.requireKnown(file);
      } catch (InvalidOptionException e) {
        throw new InvalidOptionException(
            "--picture expected a file that ends in .gif, .html or .png but got " + file);
      }
    }
  }

  /**
   * Writes what the ending asks for.
   *
   * @param file an animation if it ends in .gif, an image if it ends in .png, a page if it ends in
   *     .html
   * @param model the name of the model
   * @param side pixels on a side of the frames
   * @param delay hundredths of a second that an animation shows each frame
   * @param clips one or more
   */
  public static void write(Path file, String model, int side, int delay, List<Clip> clips) {
    if (ClipFile.isGif(file)) {
      AtomicFile.write(file, GifFile.bytes(animation(side, clips), delay));
    } else {
      PictureFile.write(
          file, () -> filmstrip(side, clips), () -> page(model, filmstrip(side, clips)));
    }
  }

  private static int longest(List<Clip> clips) {
    return clips.stream().mapToInt(it -> it.frames.size()).max().orElse(0);
  }

  /** A row for each clip, a column for each frame. */
  static BufferedImage filmstrip(int side, List<Clip> clips) {
    int every = Math.max(1, Math.ceilDiv(longest(clips), MOST_COLUMNS));
    int columns = Math.ceilDiv(longest(clips), every);
    int tile = side * Math.max(1, TILE / side);
    int names = names(clips);
    boolean captions = clips.stream().anyMatch(it -> !it.captions.isEmpty());
    int row = tile + GAP + (captions ? LINE : 0);
    BufferedImage image =
        new BufferedImage(
            2 * MARGIN + names + columns * (tile + GAP),
            2 * MARGIN + LINE + clips.size() * row,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    to.setFont(LookDrawing.FONT);
    to.setColor(LookDrawing.DIM);
    for (int column = 0; column < columns; column++) {
      to.drawString(
          formatted("%d", column * every + 1),
          MARGIN + names + column * (tile + GAP),
          MARGIN + LINE - 6);
    }
    for (int i = 0; i < clips.size(); i++) {
      int top = MARGIN + LINE + i * row;
      to.setColor(LookDrawing.INK);
      to.drawString(clips.get(i).name, MARGIN, top + tile / 2 + 4);
      for (int column = 0; column < columns; column++) {
        draw(
            to,
            clips.get(i),
            column * every,
            side,
            MARGIN + names + column * (tile + GAP),
            top,
            tile);
      }
    }
    to.dispose();
    return image;
  }

  private static int names(List<Clip> clips) {
    BufferedImage small = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D of = small.createGraphics();
    int width =
        clips.stream()
            .mapToInt(it -> of.getFontMetrics(LookDrawing.FONT).stringWidth(it.name))
            .max()
            .orElse(0);
    of.dispose();
    return width + 2 * GAP;
  }

  /** The frames of all clips side by side, each drawn when it is asked for. */
  private static Iterable<BufferedImage> animation(int side, List<Clip> clips) {
    return () ->
        IntStream.range(0, longest(clips)).mapToObj(frame -> still(side, clips, frame)).iterator();
  }

  private static BufferedImage still(int side, List<Clip> clips, int frame) {
    int tile = side * Math.max(1, LARGE_TILE / side);
    BufferedImage image =
        new BufferedImage(
            2 * MARGIN + clips.size() * (tile + 2 * GAP),
            2 * MARGIN + tile + 2 * LINE,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    to.setFont(LookDrawing.FONT);
    for (int i = 0; i < clips.size(); i++) {
      int left = MARGIN + i * (tile + 2 * GAP);
      to.setColor(LookDrawing.INK);
      to.drawString(clips.get(i).name, left, MARGIN + LINE - 6);
      draw(to, clips.get(i), frame, side, left, MARGIN + LINE, tile);
    }
    to.dispose();
    return image;
  }

  private static void draw(
      Graphics2D to, Clip clip, int frame, int side, int left, int top, int tile) {
    float[] pixels = frame < clip.frames.size() ? clip.frames.get(frame) : null;
    if (pixels == null) {
      to.setColor(NONE);
      to.fillRect(left, top, tile, tile);
      return;
    }
    to.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    to.drawImage(GifFile.gray(pixels, 0, side), left, top, tile, tile, null);
    if (frame < clip.boxes.size()) {
      to.setStroke(new BasicStroke(2));
      for (Box box : clip.boxes.get(frame)) {
        to.setColor(box.truth ? ChartStyle.BLUE : ChartStyle.ORANGE);
        to.draw(
            new Rectangle2D.Double(
                left + tile * box.left,
                top + tile * box.top,
                tile * (box.right - box.left),
                tile * (box.bottom - box.top)));
      }
    }
    if (frame < clip.masks.size()) {
      clip.masks.get(frame).forEach(mask -> draw(to, mask, side, left, top, tile / side));
    }
    if (frame < clip.captions.size()) {
      to.setColor(LookDrawing.INK);
      String whole = clip.captions.get(frame);
      String caption = whole.substring(0, Math.min(whole.length(), tile)); // in linear time
      while (caption.length() > 1 && to.getFontMetrics().stringWidth(caption) > tile) {
        caption = caption.substring(0, caption.length() - 1);
      }
      to.drawString(caption, left, top + tile + LINE - 4);
    }
  }

  private static void draw(Graphics2D to, Mask mask, int side, int left, int top, int pixel) {
    to.setColor(mask.truth ? ChartStyle.BLUE : TINT);
    for (int row = 0; row <= side; row++) {
      for (int column = 0; column <= side; column++) {
        boolean inside = mask.has(column, row, side);
        int x = left + column * pixel;
        int y = top + row * pixel;
        if (!mask.truth && inside) {
          to.fillRect(x, y, pixel, pixel);
        }
        if (mask.truth && inside != mask.has(column - 1, row, side)) {
          to.fillRect(x - 1, y - 1, 2, pixel + 2);
        }
        if (mask.truth && inside != mask.has(column, row - 1, side)) {
          to.fillRect(x - 1, y - 1, pixel + 2, 2);
        }
      }
    }
  }

  private static String page(String model, BufferedImage image) {
    String title = "Frames of a clip";
    return Html.begin(title, image.getWidth(), "img { max-width: 100%; }\n")
        + formatted(
            "<h1>%s</h1>%n<p class=\"note\">%s</p>%n<p><img alt=\"%s\" src=\"",
            title, Html.text(model), title)
        + Html.source(image)
        + "\"></p>\n"
        + Html.END;
  }
}
