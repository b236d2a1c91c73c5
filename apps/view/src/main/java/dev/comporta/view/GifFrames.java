package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The frames of an animated GIF file. Comments and other extensions that say nothing of a frame are
 * left out before the JDK reads the file, because it keeps all of them.
 */
final class GifFrames {
  private static final long MOST_BYTES = 64L << 20;

  /** A code of LZW has 3 bits or more and stands for at most 4096 pixels (appendix F). */
  private static final long PIXELS_OF_A_BYTE = 3 * 4096L;

  /** Pixels of a screen whose frames may be much smaller. */
  private static final long SMALL_SCREEN = 1 << 18;

  /** Hundredths of a second that a frame is shown if its delay is 0. */
  private static final int USUAL_DELAY = 10;

  /** Bytes of the parts of a file (GIF89a, sections 17, 18 and 20). */
  private static final int HEADER = 6;

  private static final int SCREEN = 7;
  private static final int DESCRIPTOR = 10;

  /** What blocks of a file begin with. */
  private static final byte EXTENSION = 0x21;

  private static final byte IMAGE = 0x2C;
  private static final byte TRAILER = 0x3B;

  /** The second byte of an extension that says how the next frame is shown (section 23). */
  private static final byte CONTROL = (byte) 0xF9;

  private static final String GIF_FRAME = "javax_imageio_gif_image_1.0";
  private static final String GIF_FILE = "javax_imageio_gif_stream_1.0";

  private final Path path;
  private final ClipFile clip;

  private GifFrames(Path path, ClipFile clip) {
    this.path = path;
    this.clip = clip;
  }

  /**
   * Reads a file.
   *
   * @param clip receives the frames, and refuses those that it does not hold
   * @return frames in a second
   */
  static double read(Path path, ClipFile clip) {
    if (!Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted(
              "[clip] expected a GIF file or a folder of PNG files but %s is %s",
              path, Files.exists(path) ? "neither" : "not there"));
    }
    return new GifFrames(path, clip).read();
  }

  private double read() {
    try {
      byte[] frames = framesAlone(content());
      ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(frames));
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      try {
        reader.setInput(in, false, false);
        return compose(reader, frames.length);
      } finally {
        reader.dispose();
      }
    } catch (ComportaException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the JDK's reader of GIF lets both out
      throw noClip(e);
    }
  }

  private byte[] content() throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      throw new ComportaException(
          formatted(
              "[clip] expected a file of at most %d MiB but %s is longer; cut it into shorter clips",
              MOST_BYTES >> 20, path));
    }
    return Files.readAllBytes(path);
  }

  private ComportaException noClip(@Nullable Exception cause) {
    String sentence =
        formatted(
            "[clip] expected a GIF file or a folder of PNG files but %s is not one, or is damaged",
            path);
    return cause == null ? new ComportaException(sentence) : new ComportaException(sentence, cause);
  }

  /**
   * The images of a file with the control extension before each, and nothing else between its
   * header and its trailer. A file without a trailer is refused: the JDK would read a part of it.
   */
  private byte[] framesAlone(byte[] file) {
    int at = HEADER + SCREEN;
    if (file.length < at || !new String(file, 0, 3, StandardCharsets.US_ASCII).equals("GIF")) {
      throw noClip(null);
    }
    at += colours(file[HEADER + 4]);
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    kept.write(file, 0, Math.min(at, file.length));
    int count = 0;
    int control = 0; // where the extension for the next image begins, and where it ends
    int controlEnd = 0;
    while (at < file.length && file[at] != TRAILER) {
      int from = at;
      if (file[at] == EXTENSION) {
        at += 2;
      } else if (file[at] == IMAGE && at + DESCRIPTOR < file.length) {
        at += DESCRIPTOR + colours(file[at + DESCRIPTOR - 1]) + 1;
      } else {
        throw noClip(null);
      }
      while (at < file.length && file[at] != 0) {
        at += 1 + Byte.toUnsignedInt(file[at]);
      }
      at++;
      if (at >= file.length) {
        throw noClip(null);
      }
      if (file[from] == IMAGE) {
        clip.requireFrames(++count);
        kept.write(file, control, controlEnd - control);
        kept.write(file, from, at - from);
        control = controlEnd;
      } else if (file[from + 1] == CONTROL) {
        control = from;
        controlEnd = at;
      }
    }
    if (at >= file.length) {
      throw noClip(null);
    }
    kept.write(TRAILER);
    return kept.toByteArray();
  }

  /** The bytes of a table of colours, from the flags before it. */
  private static int colours(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
  }

  /** Adds each frame to the clip as a browser shows it. */
  private double compose(ImageReader reader, long bytes) throws IOException {
    int count = reader.getNumImages(true);
    double rate = 0;
    NamedNode screen =
        new NamedNode(reader.getStreamMetadata().getAsTree(GIF_FILE), "LogicalScreenDescriptor");
    int itsWidth = Math.max(screen.number("logicalScreenWidth"), reader.getWidth(0));
    int itsHeight = Math.max(screen.number("logicalScreenHeight"), reader.getHeight(0));
    if (Math.max(itsWidth, itsHeight) > SquarePicture.LARGEST) {
      throw new ComportaException(
          formatted(
              "[clip] expected frames of at most %d pixels on a side but those of %s are %d x %d; make them smaller",
              SquarePicture.LARGEST, path, itsWidth, itsHeight));
    }
    if ((long) itsWidth * itsHeight > SMALL_SCREEN + PIXELS_OF_A_BYTE * bytes) {
      throw new ComportaException(
          formatted(
              "[clip] expected frames that %,d bytes can hold in %s but they are %d x %d pixels; the file is damaged",
              bytes, path, itsWidth, itsHeight));
    }
    BufferedImage canvas = new BufferedImage(itsWidth, itsHeight, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < count; i++) {
      Node frame = reader.getImageMetadata(i).getAsTree(GIF_FRAME);
      NamedNode place = new NamedNode(frame, "ImageDescriptor");
      NamedNode control = new NamedNode(frame, "GraphicControlExtension");
      Rectangle area =
          new Rectangle(
              place.number("imageLeftPosition"),
              place.number("imageTopPosition"),
              reader.getWidth(i),
              reader.getHeight(i));
      if (!new Rectangle(itsWidth, itsHeight).contains(area)) {
        throw new ComportaException(
            formatted(
                "[clip] expected all frames of %s to lie within its %d x %d pixels but frame %d, %d x %d at %d, %d, does not; scale them to one size",
                path, itsWidth, itsHeight, i + 1, area.width, area.height, area.x, area.y));
      }
      clip.requireSize(path, itsWidth, itsHeight);
      String disposal = control.text("disposalMethod");
      BufferedImage before = disposal.equals("restoreToPrevious") ? ClipFile.drawn(canvas) : canvas;
      Graphics2D to = canvas.createGraphics();
      to.drawImage(reader.read(i), area.x, area.y, null);
      clip.add(canvas);
      if (disposal.equals("restoreToBackgroundColor")) {
        to.setComposite(AlphaComposite.Clear);
        to.fill(area);
      }
      to.dispose();
      canvas = before;
      if (i == 0) {
        int delay = control.number("delayTime");
        rate = 100.0 / (delay == 0 ? USUAL_DELAY : delay);
      }
    }
    return rate;
  }

  /** The attributes of a part of a file. */
  private record NamedNode(Node root, String name) {
    String text(String attribute) {
      NodeList children = root.getChildNodes();
      for (int i = 0; i < children.getLength(); i++) {
        if (children.item(i) instanceof IIOMetadataNode node && node.getNodeName().equals(name)) {
          return node.getAttribute(attribute);
        }
      }
      return "";
    }

    int number(String attribute) {
      String text = text(attribute);
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    }
  }
}
