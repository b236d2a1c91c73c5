package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Figure.Size;
import dev.comporta.tasks.captions.Scene.Share;
import dev.comporta.tasks.captions.Scene.Thing;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scenes at random: figures that differ, do not overlap, and stand in clear relations. */
final class SceneLayout {
  private static final List<Figure> FIGURES = Figure.all();
  private static final float PIXEL = 1 / 48f;

  /** How far figures stay from each other and from the edge. */
  static final float GAP = 1.5f * PIXEL;

  /** The hue of a colour varies by so many degrees. */
  private static final float HUE = 7;

  /** Places that are tried for figures before others are taken. */
  private static final int TRIES = 100;

  private final Draws draws;

  private SceneLayout(Draws draws) {
    this.draws = draws;
  }

  /** A scene of this share; the same stream gives the same. */
  static Scene of(Share share, RandomSource random) {
    Draws draws = new Draws(random);
    int tenths = draws.below(20);
    int count = tenths < 3 ? 1 : tenths < 11 ? 2 : 3;
    while (true) {
      Scene scene = new SceneLayout(draws).scene(count);
      if (scene.share() == share) {
        return scene;
      }
    }
  }

  /** A scene of a seed that no training has seen. */
  static Scene unseen(long seed, long number) {
    RandomSource random = new CounterRandom(seed).stream("unseen scenes").stream(number);
    return of(Share.TEST, random);
  }

  private Scene scene(int count) {
    while (true) {
      List<Figure> figures = new ArrayList<>();
      while (figures.size() < count) {
        Figure figure = draws.of(FIGURES);
        if (!figures.contains(figure)) {
          figures.add(figure);
        }
      }
      Scene scene = arranged(figures);
      if (scene != null) {
        return scene;
      }
    }
  }

  /** These figures somewhere; null if there was no room for them where they were tried. */
  static @Nullable Scene of(List<Figure> figures, Draws draws) {
    return new SceneLayout(draws).arranged(figures);
  }

  private @Nullable Scene arranged(List<Figure> figures) {
    int count = figures.size();
    List<Thing> things = new ArrayList<>();
    for (int tries = 0; tries < TRIES && things.size() < count; tries++) {
      Thing thing = thing(figures.get(things.size()));
      if (count == 1 ? isClear(thing) : things.stream().allMatch(t -> areClear(t, thing))) {
        things.add(thing);
      }
    }
    return things.size() == count ? new Scene(things, draws.between(0.82f, 1)) : null;
  }

  private Thing thing(Figure figure) {
    float radius =
        figure.size() == Size.SMALL ? draws.between(5, 6) * PIXEL : draws.between(8.5f, 10) * PIXEL;
    return thing(figure, radius, draws);
  }

  /** A figure of this size somewhere in the picture. */
  static Thing thing(Figure figure, float radius, Draws draws) {
    float from = radius + GAP;
    return new Thing(
        figure,
        draws.between(from, 1 - from),
        draws.between(from, 1 - from),
        radius,
        draws.between(-0.3f, 0.3f),
        figure.colour().hue() + draws.between(-HUE, HUE),
        draws.between(0.75f, 0.95f),
        draws.between(0.75f, 0.95f));
  }

  private static boolean isClear(Thing alone) {
    for (float at : new float[] {alone.x(), alone.y()}) {
      if (Math.abs(at - Scene.FIRST_LINE) < Scene.OFF_LINE
          || Math.abs(at - Scene.SECOND_LINE) < Scene.OFF_LINE) {
        return false;
      }
    }
    return true;
  }

  /** Whether figures do not overlap, and their relation is clear. */
  static boolean areClear(Thing a, Thing b) {
    float x = Math.abs(a.x() - b.x());
    float y = Math.abs(a.y() - b.y());
    return Math.abs(x - y) >= Scene.CLEAR && Math.hypot(x, y) >= a.radius() + b.radius() + GAP;
  }
}
