package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A ZIP archive. Entries are read into memory on demand and never unpacked to disk, so their names
 * are never used as paths. All entries that are read may together have at most {@value
 * #MOST_EXPANSION} times the size of the archive plus 1 MiB.
 */
public final class ZipArchive implements AutoCloseable {
  private static final int MOST_EXPANSION = 24;
  private static final int MOST_ENTRIES = 1 << 16;

  private final Input input;
  private final ZipFile file;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
  private long room;

  private ZipArchive(Input input, ZipFile file) {
    this.input = input;
    this.file = file;
    this.room = (long) input.bytes().length * MOST_EXPANSION + (1 << 20);
  }

  /** Whether a file looks like an archive. */
  public static boolean is(Input input) {
    return input.begins('P', 'K', 3, 4);
  }

  /** Reads the list of entries. */
  public static ZipArchive open(Input input) {
    ZipFile file;
    try {
      file = new ZipFile(input.path().toFile());
    } catch (IOException | IllegalArgumentException e) {
      throw input.refuse("it is a damaged ZIP archive: " + Printable.quoted(e.getMessage()), e);
    }
    ZipArchive archive = new ZipArchive(input, file);
    Enumeration<? extends ZipEntry> all = file.entries();
    while (all.hasMoreElements()) {
      ZipEntry entry = all.nextElement();
      if (archive.entries.size() == MOST_ENTRIES) {
        archive.close();
        throw input.refuse(formatted("it has more than %d entries", MOST_ENTRIES));
      }
      if (!entry.isDirectory() && archive.entries.put(entry.getName(), entry) != null) {
        archive.close();
        throw input.refuse("two entries are called " + Printable.quoted(entry.getName()));
      }
    }
    return archive;
  }

  /** The names of the entries in file order. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** The first entry whose name ends like this; null if there is none. */
  public @Nullable String ending(String end) {
    for (String name : entries.keySet()) {
      if (name.endsWith(end)) {
        return name;
      }
    }
    return null;
  }

  /** The content of an entry, which must exist. */
  public byte[] bytes(String name) {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw input.refuse("expected an entry " + Printable.quoted(name) + " but there is none");
    }
    ByteArrayOutputStream content =
        new ByteArrayOutputStream(Math.clamp(entry.getSize(), 16, 1 << 16));
    byte[] buffer = new byte[1 << 13];
    try (InputStream in = file.getInputStream(entry)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        room -= n;
        if (room < 0) {
          throw input.refuse(
              formatted(
                  "its entries expand to more than %d times its size; it may be a ZIP bomb",
                  MOST_EXPANSION));
        }
        content.write(buffer, 0, n);
      }
    } catch (IOException e) {
      throw input.refuse(
          formatted(
              "its entry %s is damaged: %s",
              Printable.quoted(name), Printable.quoted(e.getMessage())),
          e);
    }
    return content.toByteArray();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw input.refuse("the archive cannot be closed: " + e.getMessage(), e);
    }
  }
}
