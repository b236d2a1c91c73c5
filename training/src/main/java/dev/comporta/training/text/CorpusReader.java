package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apiguardian.api.API;

/**
 * Reads text from a file, a directory or a ZIP archive.
 *
 * <p>A directory gives its text files and those of the directories below it in the order of their
 * names; an archive gives its text entries likewise. Names that start with a dot are left out, and
 * so are files with a zero byte in their first 8 KiB, which are not text. A file that does not end
 * with a line feed gets one where the next begins. A byte order mark at the start of a file is no
 * part of its text.
 *
 * <p>What is no directory is read once, from front to back, so a pipe gives the same text as a
 * file. An archive is read by its table of contents at the end, so it must be a regular file.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CorpusReader {
  /** RAM per byte of text: for the byte, its character, its id and the count-based model. */
  private static final int MEMORY_PER_BYTE = 24;

  /** Longer texts fit into no array. */
  private static final long LONGEST = Integer.MAX_VALUE - 64L;

  /** The bytes by which an archive is known. */
  private static final int ZIP_START = 4;

  private CorpusReader() {}

  /**
   * Reads a text in UTF-8.
   *
   * @param path a file, a directory or a ZIP archive (recognised by its first bytes, not its name)
   * @return the text, at least one character
   * @throws ComportaException if the path does not exist, is empty, is not UTF-8, or does not fit
   *     into memory
   */
  public static Corpus read(Path path) {
    return read(path, StandardCharsets.UTF_8);
  }

  /**
   * Reads a text.
   *
   * @param path a file, a directory or a ZIP archive (recognised by its first bytes, not its name)
   * @param charset the encoding of the file, or of all files
   * @return the text, at least one character
   * @throws ComportaException if the path does not exist, is empty, has another encoding, or does
   *     not fit into memory
   */
  public static Corpus read(Path path, Charset charset) {
    try {
      if (Files.isDirectory(path)) {
        return nonEmpty(readDirectory(path, charset));
      }
      return nonEmpty(readFile(path, charset));
    } catch (NoSuchFileException e) {
      throw new ComportaException(
          formatted("[text] expected a file, directory or ZIP archive but there is no %s", path),
          e);
    } catch (ZipException e) {
      throw new ComportaException(
          formatted(
              "[text] %s starts like a ZIP archive but cannot be read as one: %s",
              path, e.getMessage()),
          e);
    } catch (UncheckedIOException e) { // from a subdirectory that cannot be read
      throw unreadable(path, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ComportaException unreadable(Path path, IOException e) {
    return new ComportaException(formatted("[text] cannot read %s: %s", path, e), e);
  }

  private static Corpus nonEmpty(Corpus corpus) {
    if (corpus.text().isEmpty()) {
      throw new ComportaException(
          formatted("[text] expected text in %s but it is empty", corpus.name()));
    }
    return corpus;
  }

  private static Corpus readFile(Path path, Charset charset) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(ZIP_START);
      if (isZip(start)) {
        if (!Files.isRegularFile(path)) {
          throw new ComportaException(
              formatted(
                  "[text] expected a regular file but the ZIP archive %s is a pipe or a device; save it to a file first",
                  path));
        }
        return readZip(path, charset, name -> true);
      }
      byte[] bytes = bounded(new SequenceInputStream(new ByteArrayInputStream(start), in), path, 0);
      return new Corpus(path.toString(), Utf8.decodeFile(bytes, charset, path.toString()), 1);
    }
  }

  private static boolean isZip(byte[] start) {
    return start.length == ZIP_START
        && start[0] == 'P'
        && start[1] == 'K'
        && ((start[2] == 3 && start[3] == 4) || (start[2] == 5 && start[3] == 6));
  }

  /** All bytes of a stream; a size that was told beforehand is not believed. */
  private static byte[] bounded(InputStream in, Path path, long before) throws IOException {
    long room = roomInBytes() - before;
    byte[] content = in.readNBytes((int) room + 1);
    requireRoom(before + content.length, path);
    return content;
  }

  private static Corpus readDirectory(Path directory, Charset charset) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files =
          walk.filter(file -> !hidden(directory.relativize(file).toString()))
              .filter(Files::isRegularFile)
              .sorted(Comparator.comparing(file -> slashed(directory.relativize(file).toString())))
              .toList();
    }
    StringBuilder text = new StringBuilder();
    int joined = 0;
    long bytes = 0;
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = bounded(in, directory, bytes);
        bytes += content.length;
        joined += append(text, content, charset, file.toString());
      }
    }
    return new Corpus(directory.toString(), text.toString(), joined);
  }

  /** Reads the entries of an archive whose names match, in the order of their names. */
  static Corpus readZip(Path archive, Charset charset, Predicate<String> wanted)
      throws IOException {
    StringBuilder text = new StringBuilder();
    int joined = 0;
    long bytes = 0;
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      List<ZipEntry> entries = new ArrayList<>(zip.stream().toList());
      entries.removeIf(
          entry -> entry.isDirectory() || hidden(entry.getName()) || !wanted.test(entry.getName()));
      entries.sort(Comparator.comparing(ZipEntry::getName));
      for (ZipEntry entry : entries) {
        byte[] content;
        try (InputStream in = zip.getInputStream(entry)) {
          content = bounded(in, archive, bytes);
        }
        bytes += content.length;
        joined += append(text, content, charset, archive + "!" + entry.getName());
      }
    }
    return new Corpus(archive.toString(), text.toString(), joined);
  }

  private static int append(StringBuilder text, byte[] bytes, Charset charset, String file) {
    if (!Utf8.looksLikeText(bytes, charset)) {
      return 0;
    }
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
    text.append(Utf8.decodeFile(bytes, charset, file));
    return 1;
  }

  private static boolean hidden(String name) {
    String slashed = slashed(name);
    return slashed.startsWith(".") || slashed.contains("/.");
  }

  private static String slashed(String name) {
    return name.replace('\\', '/');
  }

  private static long roomInBytes() {
    return Math.min(Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE, LONGEST);
  }

  private static void requireRoom(long bytes, Path path) {
    if (bytes > LONGEST) {
      throw new ComportaException(
          formatted(
              "[text] %s holds more than %d MiB, which is the most that is read as one text; give it less",
              path, LONGEST >> 20));
    }
    if (bytes > roomInBytes()) {
      throw new ComportaException(
          formatted(
              "[text] %s has more than %d MiB; using it needs about %d MiB of memory but the JVM has %d MiB; use less text or raise the limit (-Xmx)",
              path,
              bytes >> 20,
              (bytes * MEMORY_PER_BYTE) >> 20,
              Runtime.getRuntime().maxMemory() >> 20));
    }
  }
}
