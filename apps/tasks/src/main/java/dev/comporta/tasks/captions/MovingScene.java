package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Figure.Size;
import dev.comporta.tasks.captions.Scene.Share;
import dev.comporta.tasks.captions.Scene.Thing;
import dev.comporta.tasks.captions.Statement.Fact;
import dev.comporta.tasks.captions.Statement.Relation;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A scene in motion: a figure that moves on one or two straight lines, alone or next to another
 * that stands still, and the one sentence that says so, such as "a red circle above a blue square
 * moves to the left and then up". The relation of both figures is clear and the same from the first
 * frame to the last. Coordinates are those of a {@link Scene}, times are from 0 to 1.
 *
 * @param mover the figure that moves, where it begins
 * @param legs one line or two in different directions
 * @param turn the time at which the first line ends
 * @param other the figure that stands still; null if there is none
 * @param ground brightness of the ground, 0 to 1
 */
record MovingScene(Thing mover, List<Leg> legs, float turn, @Nullable Thing other, float ground) {
  /** Figures without a size, which is not said. */
  private static final List<Figure> FIGURES =
      Figure.all().stream().filter(it -> it.size() == Size.SMALL).toList();

  private static final List<Direction> DIRECTIONS = List.of(Direction.values());
  private static final float LEAST_RADIUS = 0.14f;
  private static final float MOST_RADIUS = 0.17f;
  private static final float LEAST_DISTANCE = 0.18f;
  private static final float MOST_DISTANCE = 0.32f;

  /** The frames at which the relation of the figures is checked. */
  private static final int CHECKED = 9;

  MovingScene {
    legs = List.copyOf(legs);
  }

  /** Where a figure moves. */
  enum Direction {
    LEFT("to the left", -1, 0),
    RIGHT("to the right", 1, 0),
    UP("up", 0, -1),
    DOWN("down", 0, 1);

    private final String phrase;
    private final int x;
    private final int y;

    Direction(String phrase, int x, int y) {
      this.phrase = phrase;
      this.x = x;
      this.y = y;
    }
  }

  /** A straight line that a figure moves on. */
  record Leg(Direction direction, float distance) {}

  /** A scene of this share; the same stream gives the same. */
  static MovingScene of(Share share, RandomSource random) {
    Draws draws = new Draws(random);
    boolean alone = draws.below(3) == 0;
    int legs = 1 + draws.below(2);
    while (true) {
      MovingScene scene = drawn(alone, legs, draws);
      if (scene.isClear() && Scene.share(scene.parts()) == share) {
        return scene;
      }
    }
  }

  /** A scene of a seed that no training has seen. */
  static MovingScene unseen(long seed, long number) {
    return of(Share.TEST, new CounterRandom(seed).stream("unseen clips").stream(number));
  }

  private static MovingScene drawn(boolean alone, int count, Draws draws) {
    Thing mover = thing(draws);
    List<Leg> legs = new ArrayList<>();
    while (legs.size() < count) {
      Direction direction = draws.of(DIRECTIONS);
      if (legs.isEmpty() || legs.getFirst().direction() != direction) {
        legs.add(new Leg(direction, draws.between(LEAST_DISTANCE, MOST_DISTANCE)));
      }
    }
    float turn = count == 1 ? 1 : draws.between(0.4f, 0.6f);
    Thing other = alone ? null : thing(draws);
    return new MovingScene(mover, legs, turn, other, draws.between(0.82f, 1));
  }

  private static Thing thing(Draws draws) {
    return SceneLayout.thing(draws.of(FIGURES), draws.between(LEAST_RADIUS, MOST_RADIUS), draws);
  }

  /** The figure that moves, where it is at a time. */
  private Thing at(float time) {
    float x = mover.x();
    float y = mover.y();
    for (int i = 0; i < legs.size(); i++) {
      float share = i == 0 ? Math.min(1, time / turn) : Math.max(0, (time - turn) / (1 - turn));
      Leg leg = legs.get(i);
      x += share * leg.distance() * leg.direction().x;
      y += share * leg.distance() * leg.direction().y;
    }
    return mover.at(x, y);
  }

  private Relation relation(Thing moved, Thing still) {
    return Relation.of(moved.x() - still.x(), moved.y() - still.y());
  }

  /** Whether the figures are two, within the picture, apart and in one clear relation. */
  private boolean isClear() {
    float edge = mover.radius() + SceneLayout.GAP;
    for (float time : new float[] {turn, 1}) {
      Thing moved = at(time);
      if (Math.min(moved.x(), moved.y()) < edge || Math.max(moved.x(), moved.y()) > 1 - edge) {
        return false;
      }
    }
    Thing still = other;
    if (still == null) {
      return true;
    }
    return !mover.figure().equals(still.figure())
        && IntStream.range(0, CHECKED)
            .mapToObj(i -> at(i / (CHECKED - 1f)))
            .allMatch(moved ->
                SceneLayout.areClear(moved, still)
                    && relation(moved, still) == relation(mover, still));
  }

  /**
   * What belongs to one share: the figure with its path, and both figures in their relation. So
   * training has seen none of the test's combinations.
   */
  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(formatted("%s moves %s", mover.figure(), legs.stream().map(Leg::direction).toList()));
    if (other != null) {
      parts.add(new Fact(mover.figure(), relation(mover, other), other.figure()).text());
    }
    return parts;
  }

  /** The one sentence that is right. */
  String caption() {
    String where =
        other == null
            ? ""
            : formatted(
                " %s %s", Grammar.phrase(relation(mover, other)), Grammar.name(other.figure()));
    return formatted(
        "%s%s moves %s",
        Grammar.name(mover.figure()),
        where,
        String.join(" and then ", legs.stream().map(it -> it.direction().phrase).toList()));
  }

  /** All words of all sentences, each once. */
  static Set<String> words() {
    List<String> phrases = new ArrayList<>(List.of("moves and then"));
    FIGURES.forEach(it -> phrases.add(Grammar.name(it)));
    List.of(Relation.values()).forEach(it -> phrases.add(Grammar.phrase(it)));
    DIRECTIONS.forEach(it -> phrases.add(it.phrase));
    Set<String> words = new LinkedHashSet<>();
    phrases.forEach(it -> words.addAll(List.of(it.split(" ", -1))));
    return words;
  }

  /** The scenes of so many frames, 2 or more, at equal times from the beginning to the end. */
  List<Scene> frames(int count) {
    List<Thing> still = other == null ? List.of() : List.of(other);
    return IntStream.range(0, count)
        .mapToObj(i -> Stream.concat(still.stream(), Stream.of(at(i / (count - 1f)))).toList())
        .map(things -> new Scene(things, ground))
        .toList();
  }
}
