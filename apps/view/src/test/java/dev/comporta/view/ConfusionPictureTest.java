package dev.comporta.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import java.awt.FontMetrics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture of up to 400 labels; more are refused in one sentence. */
class ConfusionPictureTest {
  private static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(i -> "label " + i).toList();
  }

  @Test
  void moreLabelsThanAPictureCanShowAreRefused() {
    ConfusionPicture.requireDrawable(labels(400));
    assertThatThrownBy(() -> ConfusionPicture.requireDrawable(labels(12_345)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "--picture can draw at most 400 labels but the model has 12,345; leave the option out");
  }

  @Test
  void asManyLabelsAsAreAllowedFitAnImage(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("labels.png");
    ConfusionPicture.write(file, labels(400), new long[400][400]);
    assertThat(ImageIO.read(file.toFile()).getWidth()).isBetween(1600, 2000);
  }

  @Test
  void aLongLabelIsCut(@TempDir Path folder) throws IOException {
    String longest = "a".repeat(5000);
    Path file = folder.resolve("labels.png");
    ConfusionPicture.write(file, List.of(longest, "b"), new long[2][2]);
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isLessThan(450);
    ConfusionPicture.write(file, List.of("a", "b"), new long[2][2]);
    int title = LookDrawing.metrics().stringWidth("actual (rows), predicted (columns)");
    assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThanOrEqualTo(title + 32);
    for (int x = image.getWidth() - 110; x < image.getWidth(); x++) { // the cells, which are empty
      for (int y = image.getHeight() - 110; y < image.getHeight(); y++) {
        assertThat(image.getRGB(x, y)).isEqualTo(-1);
      }
    }
    FontMetrics metrics = LookDrawing.metrics();
    String cut = LookDrawing.shortened("\uD83D\uDE00".repeat(100), metrics, 100);
    assertThat(cut).endsWith("...");
    assertThat(metrics.stringWidth(cut)).isLessThanOrEqualTo(100);
    assertThat(Character.isHighSurrogate(cut.charAt(cut.length() - 4))).isFalse();
    assertThat(LookDrawing.shortened("short", metrics, 100)).isEqualTo("short");
  }

  @Test
  void aPageHasTheCounts(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("labels.html");
    ConfusionPicture.write(file, List.of("a", "<b>"), new long[][] {{3, 1}, {0, 7}});
    assertThat(Files.readString(file))
        .contains("<tr><td>a</td><td>3</td><td>1</td></tr>")
        .contains("<tr><td>&lt;b&gt;</td><td>0</td><td>7</td></tr>");
  }
}
