package dev.comporta.view;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;

/** A square picture to draw on. Lengths are in units of its side, x to the right and y down. */
public final class Canvas {
  private final BufferedImage image;
  private final Graphics2D to;

  /**
   * A picture of one level of grey.
   *
   * @param side pixels on a side
   * @param ground the level, from 0 (black) to 1 (white)
   */
  public Canvas(int side, double ground) {
    this.image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    this.to = image.createGraphics();
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    to.setColor(gray(ground));
    to.fillRect(0, 0, side, side);
    to.scale(side, side);
  }

  /**
   * {@return a level of grey as a colour}
   *
   * @param level from 0 (black) to 1 (white); the nearer of both if it is outside
   */
  public static Color gray(double level) {
    float clamped = (float) Math.clamp(level, 0, 1);
    return new Color(clamped, clamped, clamped);
  }

  /**
   * Fills a shape.
   *
   * @param shape in units of the side
   * @param level from 0 to 1
   */
  public void fill(Shape shape, double level) {
    fill(shape, gray(level));
  }

  void fill(Shape shape, Color color) {
    to.setColor(color);
    to.fill(shape);
  }

  /**
   * Fills a disc.
   *
   * @param x of its centre
   * @param y of its centre
   * @param radius in units of the side
   * @param level from 0 to 1
   */
  public void disc(double x, double y, double radius, double level) {
    fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), level);
  }

  /**
   * Draws a line with round ends.
   *
   * @param x of one end
   * @param y of that end
   * @param endX of the other end
   * @param endY of that end
   * @param width in units of the side
   * @param level from 0 to 1
   */
  public void line(double x, double y, double endX, double endY, double width, double level) {
    to.setColor(gray(level));
    to.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    to.draw(new Line2D.Double(x, y, endX, endY));
  }

  /** The picture; the canvas cannot be drawn on afterwards. */
  BufferedImage image() {
    to.dispose();
    return image;
  }

  /**
   * Writes the levels, from 0 to 1; the canvas cannot be drawn on afterwards.
   *
   * @param pixels receives them row by row
   * @param at where the first goes
   */
  public void put(float[] pixels, int at) {
    to.dispose();
    int side = image.getWidth();
    int[] rgb = image.getRGB(0, 0, side, side, null, 0, side);
    for (int i = 0; i < rgb.length; i++) {
      pixels[at + i] = (rgb[i] & 0xff) / 255f;
    }
  }
}
