package dev.comporta.tasks.video;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.tasks.captions.Draws;
import dev.comporta.view.Canvas;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RectangularShape;

/**
 * An ellipse or a rectangle that moves and bounces among two that stand still, with noise; at times
 * it passes behind a pole. The box or the mask of the moving one is to be found in each frame, also
 * of what is hidden.
 */
final class MovingBox {
  private static final int FRAMES = 12;
  private static final int OTHERS = 2;
  private static final double NOISE = 0.06;

  private MovingBox() {}

  /** A clip with boxes. */
  static Clip draw(RandomSource random, int side) {
    return draw(random, side, false);
  }

  /** The same clip with the pixels that the object covers at least half of. */
  static Clip drawMasked(RandomSource random, int side) {
    return draw(random, side, true);
  }

  private static Clip draw(RandomSource random, int side, boolean masked) {
    Draws draws = new Draws(random.stream("objects"));
    float[] pixels = new float[FRAMES * side * side];
    float[] boxes = new float[FRAMES * StoredVideo.BOX];
    float[] masks = new float[masked ? pixels.length : 0];
    RectangularShape[] others = new RectangularShape[OTHERS];
    for (int i = 0; i < OTHERS; i++) {
      others[i] = shape(draws);
      float radius = draws.between(0.08f, 0.14f);
      float x = draws.between(radius, 1 - radius);
      float y = draws.between(radius, 1 - radius);
      others[i].setFrame(x - radius, y - radius, 2 * radius, 2 * radius);
    }
    RectangularShape moving = shape(draws);
    float halfWidth = draws.between(0.14f, 0.26f);
    float halfHeight = draws.between(0.14f, 0.26f);
    float x = draws.between(halfWidth, 1 - halfWidth);
    float y = draws.between(halfHeight, 1 - halfHeight);
    float stepX = draws.between(-0.07f, 0.07f);
    float stepY = draws.between(-0.07f, 0.07f);
    float level = draws.between(0.75f, 1);
    float dim = draws.between(0.25f, 0.45f);
    boolean pole = draws.below(2) == 0;
    float poleAt = draws.between(0.3f, 0.7f);
    for (int t = 0; t < FRAMES; t++) {
      float left = MovingShapes.Mover.bounced(x + t * stepX, halfWidth) - halfWidth;
      float top = MovingShapes.Mover.bounced(y + t * stepY, halfHeight) - halfHeight;
      Canvas canvas = new Canvas(side, 0.1);
      for (RectangularShape other : others) {
        canvas.fill(other, dim);
      }
      moving.setFrame(left, top, 2 * halfWidth, 2 * halfHeight);
      canvas.fill(moving, level);
      if (pole) {
        canvas.fill(new Rectangle2D.Double(poleAt, 0, 0.1, 1), 0.55);
      }
      canvas.put(pixels, t * side * side);
      if (masked) {
        Canvas mask = new Canvas(side, 0);
        mask.fill(moving, 1);
        mask.put(masks, t * side * side);
      }
      boxes[t * StoredVideo.BOX] = left;
      boxes[t * StoredVideo.BOX + 1] = top;
      boxes[t * StoredVideo.BOX + 2] = left + 2 * halfWidth;
      boxes[t * StoredVideo.BOX + 3] = top + 2 * halfHeight;
    }
    Clip.addNoise(pixels, NOISE, random.stream("noise"));
    for (int i = 0; i < masks.length; i++) {
      masks[i] = Math.round(masks[i]);
    }
    return new Clip("a drawn clip", FRAMES, pixels, "", masked ? masks : boxes);
  }

  private static RectangularShape shape(Draws draws) {
    return draws.below(2) == 0 ? new Ellipse2D.Double() : new Rectangle2D.Double();
  }
}
