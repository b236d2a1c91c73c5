package dev.comporta.tasks.video;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.tasks.captions.Draws;
import dev.comporta.view.Canvas;
import dev.comporta.view.ShapeDrawing;
import dev.comporta.view.ShapeDrawing.Form;
import dev.comporta.view.ShapeDrawing.Shaped;
import java.util.ArrayList;
import java.util.List;

/**
 * Two shapes that move in eight directions on black, bounce off the edges, and pass in front of
 * each other: a smaller relative of Moving MNIST (Srivastava et al. 2015, section 3.1).
 */
final class MovingShapes {
  private static final int SHAPES = 2;
  private static final int DIRECTIONS = 8;

  /** A pixel of the usual frames. */
  private static final float STEP = 1 / 16f;

  private static final float RADIUS = 3 * STEP;
  private static final int PLACES = 11;

  private MovingShapes() {}

  /** A clip of so many frames of a side. */
  static Clip draw(RandomSource random, int frames, int side) {
    Draws draws = new Draws(random.stream("shapes"));
    List<Mover> movers = new ArrayList<>();
    for (int i = 0; i < SHAPES; i++) {
      movers.add(Mover.of(draws, 0.5f + 0.5f * i));
    }
    float[] pixels = new float[frames * side * side];
    for (int t = 0; t < frames; t++) {
      int at = t;
      List<Shaped> shapes = movers.stream().map(it -> it.at(at)).toList();
      ShapeDrawing.canvas(shapes, 0, side).put(pixels, t * side * side);
    }
    return new Clip("a drawn clip", frames, pixels, "", new float[0]);
  }

  /** The frames of a model's clips. */
  static Clip draw(RandomSource random, StoredVideo video) {
    return draw(random, video.given() + video.ahead(), video.side());
  }

  /** A shape with a place and a speed for each frame, in parts of the side. */
  record Mover(
      Form form,
      float x,
      float y,
      float stepX,
      float stepY,
      float radius,
      float turn,
      float level) {
    /** One that moves by a pixel or none on either axis in each frame. */
    static Mover of(Draws draws, float level) {
      int direction = draws.below(DIRECTIONS);
      int at = direction < DIRECTIONS / 2 ? direction : direction + 1; // not the one that rests
      return new Mover(
          draws.of(List.of(Form.CIRCLE, Form.SQUARE, Form.TRIANGLE)),
          RADIUS + draws.below(PLACES) * STEP,
          RADIUS + draws.below(PLACES) * STEP,
          (at % 3 - 1) * STEP,
          (at / 3 - 1) * STEP,
          RADIUS,
          0,
          level);
    }

    Shaped at(int t) {
      return new Shaped(
          form,
          bounced(x + t * stepX, radius),
          bounced(y + t * stepY, radius),
          radius,
          turn,
          Canvas.gray(level));
    }

    /** A place between the edges, from one on a line that does not end there. */
    static float bounced(float at, float radius) {
      float room = 1 - 2 * radius;
      float along = (at - radius) % (2 * room);
      float positive = along < 0 ? along + 2 * room : along;
      return radius + (positive <= room ? positive : 2 * room - positive);
    }
  }
}
