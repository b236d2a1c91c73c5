package dev.comporta.view;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes animated GIF files that repeat for ever. */
public final class GifFile {
  private static final String FRAME = "javax_imageio_gif_image_1.0";
  private static final int LEVELS = 256;

  private GifFile() {}

  /**
   * {@return the bytes of a file}
   *
   * @param frames one or more, of one size, asked for one after the other
   * @param delay hundredths of a second that each is shown
   */
  public static byte[] bytes(Iterable<BufferedImage> frames, int delay) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ImageWriteParam rows = writer.getDefaultWriteParam();
    // the JDK mixes up interlaced rows of frames of 4 pixels or fewer in height
    rows.setProgressiveMode(ImageWriteParam.MODE_DISABLED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (BufferedImage frame : frames) {
        writer.writeToSequence(
            new IIOImage(frame, null, metadata(writer, rows, frame, delay)), rows);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory is always writable
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static IIOMetadata metadata(
      ImageWriter writer, ImageWriteParam rows, BufferedImage frame, int delay) throws IOException {
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), rows);
    IIOMetadataNode root = new IIOMetadataNode(FRAME);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("delayTime", Integer.toString(delay));
    control.setAttribute("transparentColorIndex", "0");
    root.appendChild(control);
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
    loop.setAttribute("applicationID", "NETSCAPE");
    loop.setAttribute("authenticationCode", "2.0");
    loop.setUserObject(new byte[] {1, 0, 0}); // repeats without an end
    extensions.appendChild(loop);
    root.appendChild(extensions);
    metadata.mergeTree(FRAME, root);
    return metadata;
  }

  /**
   * {@return the bytes of a file of square frames in levels of grey}
   *
   * @param frames {@code [frames, side, side]}, from 0 (black) to 1 (white)
   * @param side pixels on a side of a frame
   * @param width of the frames in the file, whose pixels are those at the same place
   * @param height of the frames in the file
   * @param delay hundredths of a second that each is shown
   */
  public static byte[] gray(float[] frames, int side, int width, int height, int delay) {
    return bytes(
        () ->
            IntStream.range(0, frames.length / (side * side))
                .mapToObj(t -> picture(frames, t * side * side, side, width, height))
                .iterator(),
        delay);
  }

  /**
   * {@return a picture of intensities in 256 levels of grey, which a GIF file holds exactly}
   *
   * @param frame {@code [side, side]}, from 0 (black) to 1 (white)
   * @param offset where it begins
   * @param side pixels on a side
   */
  public static BufferedImage gray(float[] frame, int offset, int side) {
    return picture(frame, offset, side, side, side);
  }

  private static BufferedImage picture(float[] frame, int offset, int side, int width, int height) {
    byte[] levels = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      levels[i] = (byte) i;
    }
    BufferedImage image =
        new BufferedImage(
            width,
            height,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, LEVELS, levels, levels, levels));
    for (int y = 0; y < height; y++) {
      int row = offset + (int) ((long) y * side / height) * side;
      for (int x = 0; x < width; x++) {
        float level = Math.clamp(frame[row + (int) ((long) x * side / width)], 0f, 1f);
        image.getRaster().setSample(x, y, 0, Math.round(level * 255));
      }
    }
    return image;
  }
}
