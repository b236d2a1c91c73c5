package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Statement.Fact;
import dev.comporta.tasks.captions.Statement.Field;
import dev.comporta.tasks.captions.Statement.Relation;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.ShapeDrawing;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One to three different figures on a plain ground. Coordinates are in units of the picture's side,
 * x to the right and y down.
 *
 * <p>What a scene says of its figures is never a matter of taste: of two figures, one direction is
 * clearly longer than the other ({@link #CLEAR}), and a figure that is alone is clearly within one
 * of nine fields.
 *
 * @param things what is in it, those behind first
 * @param ground brightness of the ground, 0 to 1
 */
record Scene(List<Thing> things, float ground) {
  /** The side of a scene in units of pixels that sizes and distances below are given in. */
  private static final float UNIT = 48;

  /** Pixels on a side of pictures for training. */
  static final int SIDE = 48;

  /** By how much the longer of two distances is longer. */
  static final float CLEAR = 6 / UNIT;

  /** The lines between the fields of the picture. */
  static final float FIRST_LINE = 18 / UNIT;

  static final float SECOND_LINE = 30 / UNIT;

  /** How far from such a line the middle of a figure is. */
  static final float OFF_LINE = 2 / UNIT;

  private static final List<Field> FIELDS = List.of(Field.values());
  private static final RandomSource SHARES = new CounterRandom(0).stream("shares of captions");
  private static final int TENTHS = 10;

  Scene {
    things = List.copyOf(things);
  }

  /**
   * A figure in its place.
   *
   * @param figure what it is
   * @param x of its middle
   * @param y of its middle
   * @param radius of the circle around it
   * @param turn in radians
   * @param hue in degrees
   * @param saturation 0 to 1
   * @param brightness 0 to 1
   */
  record Thing(
      Figure figure,
      float x,
      float y,
      float radius,
      float turn,
      float hue,
      float saturation,
      float brightness) {
    /** The same thing elsewhere. */
    Thing at(float newX, float newY) {
      return new Thing(figure, newX, newY, radius, turn, hue, saturation, brightness);
    }

    ShapeDrawing.Shaped shape() {
      Color color = Color.getHSBColor(hue / 360, saturation, brightness);
      return new ShapeDrawing.Shaped(figure.form(), x, y, radius, turn, color);
    }
  }

  /** What a scene may be used for. */
  enum Share {
    TRAINING,
    VALIDATION,
    TEST
  }

  List<Figure> figures() {
    return things.stream().map(Thing::figure).toList();
  }

  /** Where a thing is, seen from another. */
  Relation relation(int thing, int from) {
    Thing a = things.get(thing);
    Thing b = things.get(from);
    return Relation.of(a.x() - b.x(), a.y() - b.y());
  }

  /** The field that the middle of a thing is in. */
  Field place(int thing) {
    return FIELDS.get(3 * field(things.get(thing).y()) + field(things.get(thing).x()));
  }

  /** All that is true of it. */
  Statement truth() {
    List<Figure> figures = figures();
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < figures.size(); i++) {
      for (int j = 0; j < i; j++) {
        facts.add(new Fact(figures.get(i), relation(i, j), figures.get(j)));
      }
    }
    return new Statement(figures, figures.size() == 1 ? place(0) : null, facts);
  }

  private static int field(float at) {
    return at < FIRST_LINE ? 0 : at < SECOND_LINE ? 1 : 2;
  }

  /**
   * What it may be used for. Every pair of figures in their relation, and every figure alone in its
   * field, belongs to one share by a hash of what it is: one of ten to validation, one of ten to
   * the test. A scene with a part of the test's is the test's, else one with a part of validation's
   * is validation's. So training has seen none of the test's pairs, not even next to a third
   * figure.
   */
  Share share() {
    return share(parts());
  }

  /** The last of the shares of parts. */
  static Share share(List<String> parts) {
    return parts.stream().map(Scene::share).max(Comparator.naturalOrder()).orElse(Share.TRAINING);
  }

  static Share share(String part) {
    return switch (SHARES.stream(part).below(TENTHS, 0)) {
      case 0 -> Share.VALIDATION;
      case 1 -> Share.TEST;
      default -> Share.TRAINING;
    };
  }

  /** Its pairs in words that do not depend on the order of its things; or the one thing. */
  List<String> parts() {
    return things.size() == 1
        ? List.of(things.getFirst().figure() + " " + place(0))
        : truth().facts().stream().map(Fact::text).toList();
  }

  /** A picture of so many pixels on a side. */
  BufferedImage picture(int side) {
    return ShapeDrawing.of(things.stream().map(Thing::shape).toList(), ground, side);
  }
}
