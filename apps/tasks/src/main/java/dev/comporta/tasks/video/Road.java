package dev.comporta.tasks.video;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Draws;
import dev.comporta.view.Canvas;
import dev.comporta.view.ShapeDrawing;
import java.awt.Shape;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/**
 * A road as a driver sees it, and the angle of the steering wheel in degrees, positive to the
 * right: from how the road bends, and from how far the car is beside its middle. The road changes
 * smoothly; at times the sun blinds the camera for a frame.
 */
final class Road {
  static final int FRAMES = 16;
  private static final double NOISE = 0.08;
  private static final double HORIZON = 0.3;
  private static final int STRIPS = 16;

  /** How fast bend and offset follow what they tend to, in each frame. */
  private static final double PACE = 0.25;

  private static final double DEGREES = 25;

  private Road() {}

  static Clip draw(RandomSource random, int side) {
    Draws draws = new Draws(random.stream("road"));
    float[] pixels = new float[FRAMES * side * side];
    float[] angles = new float[FRAMES];
    double bend = draws.between(-1, 1);
    double offset = draws.between(-1, 1);
    double bendTo = bend;
    double offsetTo = offset;
    for (int t = 0; t < FRAMES; t++) {
      if (draws.below(5) == 0) {
        bendTo = draws.between(-1, 1);
      }
      if (draws.below(5) == 0) {
        offsetTo = draws.between(-1, 1);
      }
      bend += PACE * (bendTo - bend);
      offset += PACE * (offsetTo - offset);
      boolean blind = draws.below(8) == 0;
      Canvas canvas = new Canvas(side, blind ? 0.95 : 0.25);
      if (!blind) {
        canvas.fill(new Rectangle2D.Double(0, 0, 1, HORIZON), 0.75);
        canvas.fill(road(bend, offset, 0.34), 0.5);
        canvas.fill(road(bend, offset, 0.03), 0.95);
      }
      canvas.put(pixels, t * side * side);
      angles[t] = (float) (DEGREES * (0.7 * bend - 0.3 * offset));
    }
    Clip.addNoise(pixels, NOISE, random.stream("noise"));
    return new Clip("a drawn clip", FRAMES, pixels, "", angles);
  }

  /** A strip around the middle of the road, this wide at the bottom on either side. */
  private static Shape road(double bend, double offset, double half) {
    return ShapeDrawing.polygon(
        2 * STRIPS + 2,
        i -> {
          boolean rightSide = i > STRIPS;
          int strip = rightSide ? 2 * STRIPS + 1 - i : i;
          double far = (double) strip / STRIPS; // 0 at the bottom, 1 at the horizon
          double near = 1 - far;
          double middle = 0.5 - 0.25 * offset * near + 0.45 * bend * far * far;
          double x = middle + (rightSide ? half : -half) * (near + 0.08 * far);
          return new Point2D.Double(x, 1 - far * (1 - HORIZON));
        });
  }
}
