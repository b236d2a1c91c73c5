package dev.comporta.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clips are read as they were written, and what is no clip is refused. */
class ClipFileTest {
  private static final int SIDE = 6;

  @TempDir private Path folder;

  private static float[] levels(int seed) {
    float[] frame = new float[SIDE * SIDE];
    for (int i = 0; i < frame.length; i++) {
      frame[i] = (i * 37 + seed * 91) % 256 / 255f;
    }
    return frame;
  }

  private Path write(String name, byte[] bytes) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  @Test
  void levelsOfGreyAreExactInGifAndPng() throws Exception {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int t = 0; t < 12; t++) {
      pictures.add(GifFile.gray(levels(t), 0, SIDE));
      write("clip/frame-" + t + ".png", PictureFile.png(pictures.get(t)));
      BufferedImage gray = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      for (int i = 0; i < SIDE * SIDE; i++) {
        gray.getRaster().setSample(i % SIDE, i / SIDE, 0, Math.round(levels(t)[i] * 255));
      }
      write("gray/" + t + ".png", PictureFile.png(gray));
    }
    write("clip/notes.txt", new byte[0]);
    Path gif = write("clip.gif", GifFile.bytes(pictures, 8));
    ClipFile.Frames moving = ClipFile.read(gif, SIDE);
    assertThat(moving.rate()).isEqualTo(12.5);
    assertThat(moving.width()).isEqualTo(SIDE);
    for (ClipFile.Frames read :
        List.of(
            moving,
            ClipFile.read(folder.resolve("clip"), SIDE),
            ClipFile.read(folder.resolve("gray"), SIDE))) {
      assertThat(read.frames()).hasSize(12);
      for (int t = 0; t < 12; t++) {
        float[] expected = levels(t);
        for (int i = 0; i < expected.length; i++) {
          assertThat(read.frames().get(t)[i]).isEqualTo(expected[i], within(1e-5f));
        }
      }
    }
  }

  /** Scaled both ways, each pixel is the mean of what it covers. */
  @Test
  void framesAreScaledByTheMeanOfWhatAPixelCovers() throws Exception {
    BufferedImage wide = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    int[] rows = {0, 30, 60, 90, 120, 150};
    for (int i = 0; i < rows.length; i++) {
      wide.setRGB(i % 3, i / 3, new Color(rows[i], rows[i], rows[i]).getRGB());
    }
    write("wide/1.png", PictureFile.png(wide));
    float[] two = ClipFile.read(folder.resolve("wide"), 2).frames().getFirst();
    // columns 0 and half of 1: (0 + 30 / 2) / 1.5; half of 1 and 2: (30 / 2 + 60) / 1.5
    float[] expected = {10, 50, 100, 140};
    for (int i = 0; i < 4; i++) {
      assertThat(two[i] * 255).isEqualTo(expected[i], within(1e-3f));
    }
    float[] one = ClipFile.read(folder.resolve("wide"), 1).frames().getFirst();
    assertThat(one[0] * 255).isEqualTo(75, within(1e-3f));
    float[] six = ClipFile.read(folder.resolve("wide"), 6).frames().getFirst();
    assertThat(six[35] * 255).isEqualTo(150, within(1e-3f));
    assertThat(six[3] * 255).isEqualTo(30, within(1e-3f));
  }

  /** Each colour is scaled on its own; what is transparent is white. */
  @Test
  void coloursAreReadChannelByChannel() throws Exception {
    BufferedImage two = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    int[] argb = {0xff_ff_00_66, 0xff_00_33_66, 0x00_00_00_00, 0xff_99_33_00};
    for (int i = 0; i < argb.length; i++) {
      two.setRGB(i % 2, i / 2, argb[i]);
    }
    write("two/1.png", PictureFile.png(two));
    float[] read = ClipFile.readColours(folder.resolve("two"), 2).frames().getFirst();
    float[] expected = {255, 0, 255, 153, 0, 51, 255, 51, 102, 102, 255, 0};
    assertThat(read).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(read[i] * 255).isEqualTo(expected[i], within(1e-3f));
    }
    float[] one = ClipFile.readColours(folder.resolve("two"), 1).frames().getFirst();
    assertThat(one[2] * 255).isEqualTo((102 + 102 + 255) / 4f, within(1e-3f));
  }

  @Test
  void numbersInNamesAreInOrder() {
    List<String> names =
        new ArrayList<>(
            List.of(
                "f10.png", "f2.png", "f02.png", "f1.png", "a9", "f", "f9999999999999999999999"));
    names.sort(ClipFile::compare);
    assertThat(names)
        .containsExactly(
            "a9", "f", "f1.png", "f02.png", "f2.png", "f10.png", "f9999999999999999999999");
  }

  /** A frame of a GIF file at a place, and what becomes of it. */
  private record Part(BufferedImage picture, int x, int y, String disposal) {}

  private static BufferedImage filled(int size, Color color) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = image.createGraphics();
    to.setColor(color);
    to.fillRect(0, 0, size, size);
    to.dispose();
    return image;
  }

  private static byte[] gif(List<Part> parts) throws Exception {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (Part part : parts) {
        IIOMetadata metadata =
            writer.getDefaultImageMetadata(
                ImageTypeSpecifier.createFromRenderedImage(part.picture), null);
        IIOMetadataNode root = new IIOMetadataNode("javax_imageio_gif_image_1.0");
        IIOMetadataNode place = new IIOMetadataNode("ImageDescriptor");
        place.setAttribute("imageLeftPosition", Integer.toString(part.x));
        place.setAttribute("imageTopPosition", Integer.toString(part.y));
        place.setAttribute("imageWidth", Integer.toString(part.picture.getWidth()));
        place.setAttribute("imageHeight", Integer.toString(part.picture.getHeight()));
        place.setAttribute("interlaceFlag", "FALSE");
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", part.disposal);
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", "0");
        control.setAttribute("transparentColorIndex", "0");
        root.appendChild(place);
        root.appendChild(control);
        metadata.mergeTree("javax_imageio_gif_image_1.0", root);
        writer.writeToSequence(new IIOImage(part.picture, null, metadata), null);
      }
      writer.endWriteSequence();
    }
    writer.dispose();
    return bytes.toByteArray();
  }

  @Test
  void partsOfAGifFileAreDrawnOverWhatWasBefore() throws Exception {
    BufferedImage dot = filled(1, Color.WHITE);
    Path file =
        write(
            "parts.gif",
            gif(
                List.of(
                    new Part(filled(4, Color.BLACK), 0, 0, "none"),
                    new Part(dot, 1, 0, "none"),
                    new Part(dot, 2, 0, "restoreToPrevious"),
                    new Part(filled(1, Color.BLACK), 3, 0, "restoreToBackgroundColor"),
                    new Part(dot, 0, 1, "none"))));
    ClipFile.Frames read = ClipFile.read(file, 4);
    assertThat(read.rate()).as("a delay of 0").isEqualTo(10);
    List<float[]> first = new ArrayList<>();
    read.frames().forEach(frame -> first.add(Arrays.copyOf(frame, 5)));
    assertThat(first.get(0)).containsExactly(0, 0, 0, 0, 0);
    assertThat(first.get(1)).containsExactly(0, 1, 0, 0, 0);
    assertThat(first.get(2)).containsExactly(0, 1, 1, 0, 0);
    assertThat(first.get(3)).containsExactly(0, 1, 0, 0, 0);
    assertThat(first.get(4)).as("nothing is white").containsExactly(0, 1, 0, 1, 1);
    Path outside =
        write(
            "outside.gif",
            gif(
                List.of(
                    new Part(filled(4, Color.BLACK), 0, 0, "none"),
                    new Part(filled(4, Color.BLACK), 1, 0, "none"))));
    assertThatThrownBy(() -> ClipFile.read(outside, 4))
        .hasMessageContaining("expected all frames of")
        .hasMessageContaining("to lie within its 4 x 4 pixels but frame 2, 4 x 4 at 1, 0");
  }

  /** The JDK keeps all comments, and joins the parts of each one in quadratic time. */
  @Test
  void aFloodOfCommentsIsSkipped() throws Exception {
    byte[] plain = GifFile.bytes(List.of(GifFile.gray(levels(1), 0, SIDE)), 4);
    int screen = 13 + 3 * 256; // the header, and the colours of the first frame
    ByteArrayOutputStream flooded = new ByteArrayOutputStream();
    flooded.write(plain, 0, screen);
    flooded.write(new byte[] {0x21, (byte) 0xfe});
    for (int i = 0; i < 1_000_000; i++) {
      flooded.write(new byte[] {1, 'a'});
    }
    flooded.write(0);
    for (int i = 0; i < 200_000; i++) {
      flooded.write(new byte[] {0x21, (byte) 0xfe, 1, 'a', 0});
    }
    flooded.write(plain, screen, plain.length - screen);
    ClipFile.Frames read = ClipFile.read(write("flooded.gif", flooded.toByteArray()), SIDE);
    ClipFile.Frames expected = ClipFile.read(write("plain.gif", plain), SIDE);
    assertThat(read.rate()).isEqualTo(expected.rate());
    assertThat(read.frames()).hasSize(1);
    assertThat(read.frames().getFirst()).isEqualTo(expected.frames().getFirst());
  }

  @Test
  void whatIsNoClipIsRefused() throws Exception {
    assertThatThrownBy(() -> ClipFile.read(folder.resolve("none"), 4))
        .hasMessageContaining("expected a GIF file or a folder of PNG files but")
        .hasMessageContaining("is not there");
    Path text = write("text.gif", "GIF89a but then text".getBytes("US-ASCII"));
    assertThatThrownBy(() -> ClipFile.read(text, 4)).hasMessageContaining("or is damaged");
    byte[] whole = GifFile.bytes(List.of(GifFile.gray(levels(1), 0, SIDE)), 4);
    for (int length = 0; length < whole.length; length += 7) {
      Path cut = write("cut.gif", Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ClipFile.read(cut, 4))
          .as("%d bytes", length)
          .hasMessageContaining("[clip] expected");
    }
    byte[] huge = whole.clone();
    Arrays.fill(huge, 6, 10, (byte) 0xff); // the size of the screen
    Path large = write("huge.gif", huge);
    assertThatThrownBy(() -> ClipFile.read(large, 4))
        .hasMessageContaining("expected frames of at most 4096 pixels on a side but those of");
    Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> ClipFile.read(folder.resolve("empty"), 4))
        .hasMessageContaining("expected a clip, PNG files in order, in the folder");
    write("sizes/1.png", PictureFile.png(filled(4, Color.RED)));
    write("sizes/2.png", PictureFile.png(filled(5, Color.RED)));
    assertThatThrownBy(() -> ClipFile.read(folder.resolve("sizes"), 4))
        .hasMessageContaining("to be 4 x 4 pixels like the first but 2.png is 5 x 5");
  }

  /** Whatever bytes are changed, a file is read or refused. */
  @Test
  void changedBytesAreReadOrRefused() throws Exception {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      pictures.add(GifFile.gray(levels(t), 0, SIDE));
    }
    byte[] whole = GifFile.bytes(pictures, 8);
    Random random = new Random(4);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] changed = whole.clone();
      for (int k = 0; k <= i % 3; k++) {
        int at = i % 2 == 0 ? random.nextInt(40) : random.nextInt(whole.length);
        changed[at] = (byte) random.nextInt(256);
      }
      Path file = write("changed.gif", changed);
      try {
        assertThat(ClipFile.read(file, 4).frames()).isNotEmpty();
        read++;
      } catch (ComportaException e) {
        assertThat(e).hasMessageStartingWith("[clip] expected");
        refused++;
      }
    }
    assertThat(read).isGreaterThan(50);
    assertThat(refused).isGreaterThan(50);
  }

  /** Pixels of frames that are enlarged are those at the same place. */
  @Test
  void framesAreWrittenInAnotherSize() throws Exception {
    float[] frames = {0, 1, 0.5f, 0, 1, 1, 0, 0};
    Path file = folder.resolve("large.gif");
    Files.write(file, GifFile.gray(frames, 2, 6, 4, 10));
    ClipFile.Frames read = ClipFile.read(file, 2);
    assertThat(read.width()).isEqualTo(6);
    assertThat(read.height()).isEqualTo(4);
    for (int i = 0; i < frames.length; i++) {
      assertThat(read.frames().get(i / 4)[i % 4]).isEqualTo(frames[i], within(0.003f));
    }
  }

  /** Pictures have the size that their rows need, and endings choose what is written. */
  @Test
  void clipsAreDrawn() throws Exception {
    List<float[]> frames = List.of(levels(1), levels(2), levels(3));
    ClipPicture.Clip clip =
        new ClipPicture.Clip(
            "clip",
            new ArrayList<>(frames),
            List.of("wave", "a caption that is too long for its frame", ""),
            List.of(List.of(new ClipPicture.Box(0.1, 0.1, 0.6, 0.5, true)), List.of(), List.of()));
    List<float[]> some = new ArrayList<>(frames);
    some.set(0, null);
    ClipPicture.Clip other = new ClipPicture.Clip("predicted", some, List.of(), List.of());
    for (String name : List.of("a.png", "a.gif", "a.html")) {
      Path file = folder.resolve(name);
      ClipPicture.requireKnown(file);
      ClipPicture.write(file, "a <model>", SIDE, 10, List.of(clip, other));
    }
    assertThat(Files.readAllBytes(folder.resolve("a.png"))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(ClipFile.read(folder.resolve("a.gif"), 8).frames()).hasSize(3);
    assertThat(Files.readString(folder.resolve("a.html"))).contains("a &lt;model&gt;");
    assertThatThrownBy(() -> ClipPicture.requireKnown(Path.of("a.jpg")))
        .hasMessage("--picture expected a file that ends in .gif, .html or .png but got a.jpg");
    float[] left = new float[SIDE * SIDE];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % SIDE < SIDE / 2 ? 0.5f : 0.4f;
    }
    ClipPicture.Mask found = new ClipPicture.Mask(left, false);
    ClipPicture.Mask truth = new ClipPicture.Mask(left, true);
    ClipPicture.Clip masked =
        new ClipPicture.Clip(
            "",
            List.of(new float[SIDE * SIDE]),
            List.of(),
            List.of(),
            List.of(List.of(found, truth)));
    BufferedImage strip = ClipPicture.filmstrip(SIDE, List.of(masked));
    int y = strip.getHeight() / 2;
    List<Integer> across = new ArrayList<>();
    for (int x = 0; x < strip.getWidth(); x++) {
      int rgb = strip.getRGB(x, y) & 0xffffff;
      if (across.isEmpty() || across.getLast() != rgb) {
        across.add(rgb);
      }
    }
    int blue = ChartStyle.BLUE.getRGB() & 0xffffff;
    assertThat(across).as("page, outline, tint, outline, black, page").hasSize(6);
    assertThat(across.get(1)).isEqualTo(blue);
    assertThat(across.get(3)).isEqualTo(blue);
    assertThat(across.get(4)).isZero();
    assertThat(across.get(2) >> 16).as("red of the tint").isGreaterThan(across.get(2) & 0xff);
    ClipPicture.Clip longer =
        new ClipPicture.Clip(
            "x", new ArrayList<>(Collections.nCopies(45, levels(1))), List.of(), List.of());
    assertThat(ClipPicture.filmstrip(SIDE, List.of(longer)).getWidth())
        .as("every third of 45 frames")
        .isLessThan(15 * 70 + 100);
  }
}
