package dev.comporta.tasks.captions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.tasks.captions.Scene.Share;
import dev.comporta.tasks.captions.Scene.Thing;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scenes in motion: what their frames show is what their captions say. */
class MovingSceneTest {
  private static final int FRAMES = 41;

  private static List<MovingScene> scenes(Share share, int count) {
    CounterRandom random = new CounterRandom(3);
    return IntStream.range(0, count)
        .mapToObj(i -> MovingScene.of(share, random.stream(share.name()).stream(i)))
        .toList();
  }

  @Test
  void theSameSeedGivesTheSame() {
    assertThat(MovingScene.unseen(4, 7)).isEqualTo(MovingScene.unseen(4, 7));
    assertThat(MovingScene.unseen(4, 7))
        .isNotEqualTo(MovingScene.unseen(4, 8))
        .isNotEqualTo(MovingScene.unseen(5, 7));
  }

  /** The caption is computed once more, from the places of the figures in the frames. */
  @Test
  void captionsSayWhatTheFramesShow() {
    Set<String> words = new HashSet<>();
    Set<Integer> counts = new HashSet<>();
    for (MovingScene scene : scenes(Share.TRAINING, 400)) {
      List<Scene> frames = scene.frames(FRAMES);
      int last = frames.getFirst().things().size() - 1;
      assertThat(scene.caption()).isEqualTo(seen(frames, last));
      counts.add(2 * frames.getFirst().things().size() + scene.legs().size());
      words.addAll(Arrays.asList(scene.caption().split(" ", -1)));
    }
    assertThat(counts).containsExactlyInAnyOrder(3, 4, 5, 6);
    assertThat(words).isEqualTo(MovingScene.words());
  }

  private static String seen(List<Scene> frames, int moving) {
    List<String> moves = new ArrayList<>();
    Set<String> relations = new HashSet<>();
    for (int i = 0; i < frames.size(); i++) {
      List<Thing> things = frames.get(i).things();
      Thing mover = things.get(moving);
      float edge = mover.radius();
      assertThat(mover.x()).isBetween(edge, 1 - edge);
      assertThat(mover.y()).isBetween(edge, 1 - edge);
      if (i > 0) {
        Thing before = frames.get(i - 1).things().get(moving);
        String move = move(mover.x() - before.x(), mover.y() - before.y());
        if (moves.isEmpty() || !moves.getLast().equals(move)) {
          moves.add(move);
        }
      }
      if (moving > 0) {
        Thing still = things.getFirst();
        assertThat(still).isEqualTo(frames.getFirst().things().getFirst());
        assertThat(Math.hypot(mover.x() - still.x(), mover.y() - still.y()))
            .isGreaterThan(mover.radius() + still.radius());
        relations.add(
            "%s %s".formatted(side(mover.x() - still.x(), mover.y() - still.y()), name(still)));
      }
    }
    moves.remove("turns"); // a frame in which it changes its direction
    List<String> where = new ArrayList<>(List.of(name(frames.getFirst().things().get(moving))));
    assertThat(relations).hasSize(moving);
    where.addAll(relations);
    return String.join(" ", where) + " moves " + String.join(" and then ", moves);
  }

  private static String name(Thing thing) {
    boolean vowel = thing.figure().colour() == Figure.Colour.ORANGE;
    return "%s %s %s"
        .formatted(
            vowel ? "an" : "a",
            thing.figure().colour().name().toLowerCase(java.util.Locale.ROOT),
            thing.figure().form().name().toLowerCase(java.util.Locale.ROOT));
  }

  private static String move(float x, float y) {
    if (Math.abs(x) > 1e-6 && Math.abs(y) > 1e-6) {
      return "turns";
    }
    return Math.abs(x) > Math.abs(y)
        ? (x < 0 ? "to the left" : "to the right")
        : y < 0 ? "up" : "down";
  }

  private static String side(float x, float y) {
    return Math.abs(x) > Math.abs(y) ? (x < 0 ? "left of" : "right of") : y < 0 ? "above" : "below";
  }

  @Test
  void everyTestSceneHasASentenceThatTrainingHasNot() {
    Set<String> seen = new HashSet<>();
    scenes(Share.TRAINING, 2000).forEach(scene -> seen.add(scene.caption()));
    assertThat(seen.size()).isGreaterThan(1000);
    assertThat(scenes(Share.TEST, 300)).noneMatch(scene -> seen.contains(scene.caption()));
  }
}
