package dev.comporta.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.attention.decoding.Hypothesis;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Where a model looked: one scale for all words, which image and page show with the model's name.
 */
class LookTest {
  private static final BufferedImage WHITE = white();
  private static final Look.Word CLEAR = new Look.Word("star", 0.9, new float[] {1, 0, 0, 0});
  private static final Look.Word VAGUE =
      new Look.Word("a", 0.5, new float[] {0.25f, 0.25f, 0.25f, 0.25f});

  private static BufferedImage white() {
    BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 48 * 48; i++) {
      image.setRGB(i % 48, i / 48, 0xffffff);
    }
    return image;
  }

  private static Look look(int side, Look.Word... words) {
    return new Look("m<1>.comporta", WHITE, "a star", side, side, List.of(words));
  }

  @Test
  void wordsShareOneScale() {
    Look look = look(2, CLEAR, VAGUE);
    assertThat(look.brightest()).isEqualTo(1);
    int lit = brightness(LookDrawing.tile(look, CLEAR), 20);
    int vague = brightness(LookDrawing.tile(look, VAGUE), 20);
    int dark = brightness(LookDrawing.tile(look, CLEAR), 148);
    assertThat(lit).isEqualTo(255);
    assertThat(vague).isBetween(dark + 20, lit - 20);
    BufferedImage scale = LookDrawing.scale(look);
    assertThat(brightness(scale, 3)).isCloseTo(dark, within(8));
    assertThat(new Color(scale.getRGB(scale.getWidth() - 4, 3)).getGreen()).isGreaterThan(245);
    assertThat(look(2, VAGUE).brightest()).isEqualTo(0.25);
  }

  private static int brightness(BufferedImage image, int at) {
    return new Color(image.getRGB(at, Math.min(at, image.getHeight() - 1))).getGreen();
  }

  @Test
  void imageAndPageHaveNameScaleAndWords() {
    Look look = look(2, VAGUE, CLEAR);
    Hypothesis found = new Hypothesis(List.of(1), List.of(-2f), List.of(), List.of(), true, -1);
    assertThat(LookDrawing.sheet(look).getWidth()).isGreaterThan(700);
    assertThat(LookPage.of(look, List.of("a star"), List.of(found)))
        .contains("Model: m&lt;1&gt;.comporta", "attention weights from 0 to 1.00", ">star<")
        .contains("one of 4 positions", "-1.000", "-2.000");
  }

  @Test
  void withoutAttentionThePageHasThePictureAlone() {
    String page = LookPage.of(look(0, VAGUE), List.of(), List.of());
    assertThat(page).contains("has no attention").doesNotContain("class=\"scale\"");
    assertThat(page.split("<figure>", -1)).hasSize(2);
  }

  /** Each frame of a clip is lit by its own weight, up to its edge. */
  @Test
  void framesOfAClipAreLitOneByOne() {
    int side = Look.frameSide(4);
    BufferedImage film = new BufferedImage(4 * side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 4 * side * side; i++) {
      film.setRGB(i % (4 * side), i / (4 * side), 0xffffff);
    }
    Look look = new Look("m", film, "a star moves", 1, 4, List.of(CLEAR, VAGUE));
    BufferedImage tile = LookDrawing.tile(look, CLEAR);
    assertThat(tile.getWidth()).isEqualTo(4 * side);
    assertThat(brightness(tile, side - 1)).isEqualTo(255);
    assertThat(brightness(tile, side)).isLessThan(80);
    assertThat(LookDrawing.sheet(look).getWidth()).isGreaterThan(700);
    assertThat(LookPage.of(look, List.of(), List.of()))
        .contains("The clip once for each word", "one of 4 frames");
  }
}
