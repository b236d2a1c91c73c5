package dev.comporta.tasks.captions;

import dev.comporta.tasks.captions.Scene.Thing;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/** Draws scenes with Java 2D, edges smoothed. */
final class SceneDrawing {
  /** Pixels on a side, unless another number is asked for. */
  static final int SIDE = 48;

  /** A circle of the same radius would look larger than other forms. */
  private static final double CIRCLE = 0.85;

  private static final double INNER_STAR = 0.45;

  private SceneDrawing() {}

  /** A square picture of so many pixels on a side. */
  static BufferedImage of(Scene scene, int side) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = image.createGraphics();
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    to.setColor(new Color(scene.ground(), scene.ground(), scene.ground()));
    to.fillRect(0, 0, side, side);
    to.scale(side, side);
    for (Thing thing : scene.things()) {
      to.setColor(Color.getHSBColor(thing.hue() / 360, thing.saturation(), thing.brightness()));
      AffineTransform place = AffineTransform.getTranslateInstance(thing.x(), thing.y());
      place.rotate(thing.turn());
      place.scale(thing.radius(), thing.radius());
      to.fill(place.createTransformedShape(outline(thing.figure().form())));
    }
    to.dispose();
    return image;
  }

  /** A form within the circle of radius 1 around 0. */
  private static Shape outline(Figure.Form form) {
    return switch (form) {
      case CIRCLE -> new Ellipse2D.Double(-CIRCLE, -CIRCLE, 2 * CIRCLE, 2 * CIRCLE);
      case SQUARE -> polygon(4, Math.PI / 4, 1);
      case TRIANGLE -> polygon(3, 0, 1);
      case STAR -> polygon(10, 0, INNER_STAR);
    };
  }

  /** Corners from the top to the right, every second one at this distance from the middle. */
  private static Shape polygon(int corners, double first, double second) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      double angle = first + 2 * Math.PI * i / corners;
      double distance = i % 2 == 0 ? 1 : second;
      double x = distance * Math.sin(angle);
      double y = -distance * Math.cos(angle);
      if (i == 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    path.closePath();
    return path;
  }
}
