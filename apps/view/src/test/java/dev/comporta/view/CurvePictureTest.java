package dev.comporta.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.view.CurvePicture.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One point or many, with and without validation. */
class CurvePictureTest {
  @Test
  void imagesAndPages(@TempDir Path folder) throws IOException {
    List<Point> one = List.of(new Point(1, 2.5));
    List<Point> two = List.of(new Point(1, 2.5), new Point(2, 2.5));
    for (List<Point> validation : List.of(List.<Point>of(), one)) {
      for (List<Point> training : List.of(one, two)) {
        Path image = folder.resolve("curve.png");
        CurvePicture.write(image, "m", training, validation);
        assertThat(ImageIO.read(image.toFile()).getWidth()).isEqualTo(860);
      }
    }
    Path page = folder.resolve("curve.html");
    CurvePicture.write(page, "a<b>", two, one);
    assertThat(Files.readString(page)).contains("Learning curve", "a&lt;b&gt;", "data:image/png");
  }
}
