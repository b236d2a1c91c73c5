package dev.comporta.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A folder of pictures of any size, as PNG and JPEG, with sentences. */
final class ColouredPictures {
  private static final String[] NAMES = {"red", "green", "blue"};
  private static final Color[] COLORS = {Color.RED, Color.GREEN, Color.BLUE};

  private ColouredPictures() {}

  /** Grounds of three colours, wide and high ones; two sentences about each. */
  static void draw(Path folder) throws Exception {
    Files.createDirectory(folder);
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 45; i++) {
      int color = i % 3;
      boolean wide = i % 2 == 0;
      int size = 20 + i;
      BufferedImage image =
          new BufferedImage(wide ? 2 * size : size, size, BufferedImage.TYPE_INT_RGB);
      Graphics2D to = image.createGraphics();
      to.setColor(COLORS[color]);
      to.fillRect(0, 0, image.getWidth(), size);
      to.dispose();
      String format = i % 5 == 0 ? "jpeg" : "png";
      String name = "p" + i + "." + format;
      ImageIO.write(image, format, folder.resolve(name).toFile());
      String shape = wide ? "wide" : "square";
      table.append(name + "\tA " + NAMES[color] + " picture, " + shape + ".\n");
      table.append(name + "\tthis one is " + NAMES[color] + " and it is " + shape + "\n");
    }
    Files.writeString(folder.resolve("captions.tsv"), table.toString());
  }
}
