package dev.comporta.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of pictures: read as they are shown, or refused in one sentence. */
class SquarePictureTest {
  @Test
  void transparentPixelsAreWhite(@TempDir Path folder) throws IOException {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(1, 1, 0xff0000ff);
    Path file = Files.write(folder.resolve("t.png"), PictureFile.png(image));
    BufferedImage read = SquarePicture.read(file);
    assertThat(read.getRGB(0, 0)).isEqualTo(0xffffffff);
    assertThat(read.getRGB(1, 1)).isEqualTo(0xff0000ff);
  }

  @Test
  void otherFilesAreRefusedInOneSentence(@TempDir Path folder) throws IOException {
    byte[] png = PictureFile.png(new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB));
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, png.length / 2));
    Path none = Files.writeString(folder.resolve("none.png"), "no picture");
    Path empty = Files.write(folder.resolve("empty.png"), new byte[0]);
    for (Path file : List.of(cut, none, empty)) {
      assertThatThrownBy(() -> SquarePicture.read(file))
          .hasMessage(
              "[picture] expected a PNG image but %s is not one, or is damaged".formatted(file));
    }
    BufferedImage wide = new BufferedImage(50, 48, BufferedImage.TYPE_INT_RGB);
    Path oblong = Files.write(folder.resolve("wide.png"), PictureFile.png(wide));
    assertThatThrownBy(() -> SquarePicture.read(oblong))
        .hasMessage(
            "[picture] expected a square picture but %s is 50 pixels wide and 48 high; crop it to a square"
                .formatted(oblong));
    BufferedImage huge = new BufferedImage(4097, 4097, BufferedImage.TYPE_BYTE_BINARY);
    Path large = Files.write(folder.resolve("huge.png"), PictureFile.png(huge));
    assertThatThrownBy(() -> SquarePicture.read(large))
        .hasMessage(
            "[picture] expected a picture of at most 4096 pixels on a side but %s has 4097; make it smaller"
                .formatted(large));
    assertThatThrownBy(() -> SquarePicture.read(folder.resolve("nowhere.png")))
        .hasMessage("[picture] there is no file " + folder.resolve("nowhere.png"));
  }
}
