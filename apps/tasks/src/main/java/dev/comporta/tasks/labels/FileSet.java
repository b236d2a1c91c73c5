package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * The files of a folder or of a ZIP archive. Names that start with a dot are left out.
 *
 * @param path the folder or the archive
 * @param names where each file is below it, with slashes, sorted
 */
record FileSet(Path path, List<String> names) {
  /** RAM per byte of the files: for the byte, its character and its number. */
  private static final int MEMORY_PER_BYTE = 24;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  FileSet {
    names = List.copyOf(names);
  }

  /** Whether a path is a folder or a ZIP archive, recognised by its first bytes. */
  static boolean is(Path path) {
    if (Files.isDirectory(path)) {
      return true;
    }
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    } catch (IOException e) {
      throw unreadable(path.toString(), e);
    }
  }

  /** Lists the files. */
  static FileSet of(Path path) {
    List<String> names = new ArrayList<>();
    try {
      if (Files.isDirectory(path)) {
        try (Stream<Path> walk = Files.walk(path)) {
          walk.filter(Files::isRegularFile)
              .forEach(file -> names.add(path.relativize(file).toString().replace('\\', '/')));
        }
      } else {
        try (ZipFile zip = new ZipFile(path.toFile())) {
          zip.stream().filter(it -> !it.isDirectory()).forEach(it -> names.add(it.getName()));
        }
      }
    } catch (UncheckedIOException e) {
      throw unreadable(path.toString(), Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(path.toString(), e);
    }
    return new FileSet(
        path,
        names.stream().filter(it -> !it.startsWith(".") && !it.contains("/.")).sorted().toList());
  }

  /** A file, as messages name it. */
  String place(String name) {
    return Files.isDirectory(path) ? path.resolve(name).toString() : path + "!" + name;
  }

  /** Reads one of the files. */
  byte[] read(String name) {
    return Objects.requireNonNull(read(List.of(name)).get(name));
  }

  /**
   * Reads some of the files.
   *
   * @param wanted their names
   * @throws ComportaException if one cannot be read, or all of them do not fit into memory
   */
  Map<String, byte[]> read(List<String> wanted) {
    Map<String, byte[]> read = new LinkedHashMap<>();
    long room = Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE;
    try (ZipFile zip = Files.isDirectory(path) ? null : new ZipFile(path.toFile())) {
      for (String name : wanted) {
        try (InputStream in =
            zip == null
                ? Files.newInputStream(path.resolve(name))
                : zip.getInputStream(Objects.requireNonNull(zip.getEntry(name)))) {
          // the declared size of an entry is not trusted
          byte[] bytes = in.readNBytes((int) Math.min(room + 1, Integer.MAX_VALUE - 64));
          room -= bytes.length;
          if (room < 0) {
            throw new ComportaException(
                formatted(
                    "[classify] %s has more than %,d MiB of sequences, which is more than the memory holds; use fewer, or raise the limit (-Xmx)",
                    path, (Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE) >> 20));
          }
          read.put(name, bytes);
        }
      }
    } catch (IOException e) {
      throw unreadable(path.toString(), e);
    }
    return read;
  }

  /** The characters of a file in UTF-8; a wrong byte is an error. */
  static BufferedReader text(byte[] bytes) {
    return new BufferedReader(
        new InputStreamReader(
            new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder()));
  }

  private static ComportaException unreadable(String name, IOException e) {
    return new ComportaException(
        formatted("[classify] %s cannot be read: %s", name, e.getMessage()), e);
  }
}
