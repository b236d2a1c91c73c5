package dev.comporta.tasks.captions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.inference.Captioner;
import dev.comporta.tasks.captions.Scene.Share;
import dev.comporta.tasks.captions.Scene.Thing;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.SquarePicture;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scenes: drawn the same by the same seed, clear, and apart from those of other shares. */
class SceneTest {
  private static final CounterRandom RANDOM = new CounterRandom(3);

  private static List<Scene> scenes(Share share, int count) {
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scenes.add(SceneLayout.of(share, RANDOM.stream(share.name()).stream(i)));
    }
    return scenes;
  }

  private static int[] pixels(BufferedImage image) {
    int side = image.getWidth();
    return image.getRGB(0, 0, side, side, null, 0, side);
  }

  @Test
  void theSameSeedDrawsTheSamePixels() {
    Scene scene = SceneLayout.unseen(4, 7);
    assertThat(SceneLayout.unseen(4, 7)).isEqualTo(scene);
    assertThat(pixels(scene.picture(48)))
        .isEqualTo(pixels(SceneLayout.unseen(4, 7).picture(48)))
        .isNotEqualTo(pixels(SceneLayout.unseen(4, 8).picture(48)))
        .isNotEqualTo(pixels(SceneLayout.unseen(5, 7).picture(48)));
  }

  @Test
  void everyTestSceneHasAPartThatNoOtherShareHas() {
    Set<String> seen = new HashSet<>();
    scenes(Share.TRAINING, 3000).forEach(scene -> seen.addAll(scene.parts()));
    scenes(Share.VALIDATION, 1000).forEach(scene -> seen.addAll(scene.parts()));
    for (Scene scene : scenes(Share.TEST, 1000)) {
      assertThat(scene.parts()).as("parts").isNotEmpty();
      assertThat(seen.containsAll(scene.parts())).as(scene.parts().toString()).isFalse();
    }
  }

  @Test
  void partsDoNotDependOnTheOrderOfThings() {
    for (Scene scene : scenes(Share.TRAINING, 100)) {
      Scene reversed = new Scene(scene.things().reversed(), scene.ground());
      assertThat(reversed.parts()).containsExactlyInAnyOrderElementsOf(scene.parts());
      assertThat(reversed.share()).isEqualTo(Share.TRAINING);
    }
  }

  @Test
  void figuresAreInsideApartAndInClearRelations() {
    Set<Integer> counts = new HashSet<>();
    for (Scene scene : scenes(Share.TRAINING, 500)) {
      List<Thing> things = scene.things();
      counts.add(things.size());
      assertThat(new HashSet<>(scene.figures())).hasSameSizeAs(things);
      for (int i = 0; i < things.size(); i++) {
        Thing a = things.get(i);
        assertThat(List.of(a.x() - a.radius(), a.y() - a.radius())).allMatch(at -> at > 0);
        assertThat(List.of(a.x() + a.radius(), a.y() + a.radius())).allMatch(at -> at < 1);
        for (int j = 0; j < i; j++) {
          Thing b = things.get(j);
          double x = Math.abs(a.x() - b.x());
          double y = Math.abs(a.y() - b.y());
          assertThat(Math.hypot(x, y)).isGreaterThan(a.radius() + b.radius());
          assertThat(Math.abs(x - y)).isGreaterThan(5 / 48.0);
          assertThat(scene.relation(i, j)).isEqualTo(scene.relation(j, i).opposite());
        }
      }
    }
    assertThat(counts).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void figuresAreDrawnInTheirColourOnThePlainGround() {
    for (Scene scene : scenes(Share.TEST, 200)) {
      BufferedImage image = scene.picture(48);
      float[] ground = hsb(image.getRGB(0, 0));
      assertThat(ground[1]).isZero();
      assertThat(ground[2]).isBetween(0.8f, 1f);
      for (Thing thing : scene.things()) {
        float[] middle = hsb(image.getRGB((int) (thing.x() * 48), (int) (thing.y() * 48)));
        double away = Math.abs(middle[0] * 360 - thing.figure().colour().hue());
        assertThat(Math.min(away, 360 - away)).as(thing.toString()).isLessThan(12);
        assertThat(middle[1]).isGreaterThan(0.6f);
      }
    }
  }

  private static float[] hsb(int rgb) {
    Color color = new Color(rgb);
    return Color.RGBtoHSB(color.getRed(), color.getGreen(), color.getBlue(), null);
  }

  @Test
  void largerPicturesAreScaledToNearlyTheSameNumbers() {
    for (Scene scene : scenes(Share.TEST, 20)) {
      float[] small = values(scene.picture(48));
      float[] large = values(SquarePicture.scaled(scene.picture(480), 48));
      double sum = 0;
      for (int i = 0; i < small.length; i++) {
        sum += Math.abs(small[i] - large[i]);
      }
      assertThat(sum / small.length).isLessThan(0.02);
    }
  }

  private static float[] values(BufferedImage image) {
    float[] values = new float[3 * 48 * 48];
    Pictures.put(image, values, 0);
    Captioner.toInput(values);
    return values;
  }

  @Test
  void numbersAreChannelByChannelAndZeroInFullLight() {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 0, 0xff0000);
    image.setRGB(0, 1, 0x00ff33);
    float[] values = new float[13];
    Pictures.put(image, values, 1);
    Captioner.toInput(values);
    assertThat(Arrays.copyOfRange(values, 1, 13))
        .containsExactly(2, 0, 2, 2, 2, 2, 0, 2, 2, 2, 1.6f, 2);
  }
}
