package dev.comporta.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of heads have a size that can be drawn, or are refused before anything is allocated. */
class HeadPictureTest {
  @TempDir private Path folder;

  private BufferedImage drawn(int timesteps, int locations, int heads) throws IOException {
    Path file = folder.resolve("heads.png");
    HeadPicture.write(file, "m", timesteps, heads(timesteps, locations, heads));
    return ImageIO.read(file.toFile());
  }

  private static List<HeadPicture.Head> heads(int timesteps, int locations, int heads) {
    float[] weights = new float[timesteps * locations];
    return IntStream.range(0, heads)
        .mapToObj(head -> new HeadPicture.Head("read" + head, weights))
        .toList();
  }

  @Test
  void theLongerSideGivesTheSizeOfACell() throws IOException {
    assertThat(drawn(3, 1200, 1).getHeight()).isBetween(1200, 1300);
    assertThat(drawn(1200, 3, 1).getWidth()).isBetween(1200, 1300);
    assertThat(drawn(10, 10, 2).getHeight()).isBetween(2 * 120, 2 * 170);
  }

  @Test
  void moreThanAnImageHasRoomForIsRefused() {
    assertThatThrownBy(() -> drawn(2, 1201, 1))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("at most 1200 timesteps and locations but there are 2 and 1201");
    assertThatThrownBy(() -> drawn(1, 1200, 17))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[picture] expected panels of at most 20,000 pixels in all but 17 heads with up to 1200 locations need 21,130; no picture was written");
    assertThat(folder.resolve("heads.png")).doesNotExist();
  }
}
