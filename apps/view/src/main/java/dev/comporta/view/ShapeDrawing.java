package dev.comporta.view;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.IntFunction;

/** Draws shapes on a plain ground. */
public final class ShapeDrawing {
  /** A circle of the same radius would look larger than other forms. */
  private static final double CIRCLE = 0.85;

  private static final double INNER_STAR = 0.45;

  private ShapeDrawing() {}

  /** The form of a shape. */
  public enum Form {
    /** A circle. */
    CIRCLE,
    /** A square. */
    SQUARE,
    /** An equilateral triangle. */
    TRIANGLE,
    /** A star of five points. */
    STAR
  }

  /**
   * A shape. Lengths are in units of the picture's side, x to the right and y down.
   *
   * @param form its form
   * @param x of its middle
   * @param y of its middle
   * @param radius of the circle around it
   * @param turn in radians
   * @param color what it is filled with
   */
  public record Shaped(Form form, float x, float y, float radius, float turn, Color color) {}

  /**
   * {@return a square picture}
   *
   * @param shapes drawn one over the other
   * @param ground its level of grey, from 0 (black) to 1 (white)
   * @param side pixels on a side
   */
  public static BufferedImage of(List<Shaped> shapes, float ground, int side) {
    return canvas(shapes, ground, side).image();
  }

  /**
   * {@return the same to draw on}
   *
   * @param shapes drawn one over the other
   * @param ground its level of grey, from 0 (black) to 1 (white)
   * @param side pixels on a side
   */
  public static Canvas canvas(List<Shaped> shapes, float ground, int side) {
    Canvas canvas = new Canvas(side, ground);
    for (Shaped shape : shapes) {
      AffineTransform place = AffineTransform.getTranslateInstance(shape.x(), shape.y());
      place.rotate(shape.turn());
      place.scale(shape.radius(), shape.radius());
      canvas.fill(place.createTransformedShape(outline(shape.form())), shape.color());
    }
    return canvas;
  }

  /** A form within the circle of radius 1 around 0. */
  private static Shape outline(Form form) {
    return switch (form) {
      case CIRCLE -> new Ellipse2D.Double(-CIRCLE, -CIRCLE, 2 * CIRCLE, 2 * CIRCLE);
      case SQUARE -> polygon(4, Math.PI / 4, 1);
      case TRIANGLE -> polygon(3, 0, 1);
      case STAR -> polygon(10, 0, INNER_STAR);
    };
  }

  /** Corners from the top to the right, every second one at this distance from the middle. */
  private static Shape polygon(int corners, double first, double second) {
    return polygon(
        corners,
        i -> {
          double angle = first + 2 * Math.PI * i / corners;
          double distance = i % 2 == 0 ? 1 : second;
          return new Point2D.Double(distance * Math.sin(angle), -distance * Math.cos(angle));
        });
  }

  /**
   * {@return a polygon}
   *
   * @param corners their number, 1 or more
   * @param corner the place of each, by its index from 0
   */
  public static Shape polygon(int corners, IntFunction<Point2D> corner) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      Point2D place = corner.apply(i);
      if (i == 0) {
        path.moveTo(place.getX(), place.getY());
      } else {
        path.lineTo(place.getX(), place.getY());
      }
    }
    path.closePath();
    return path;
  }
}
