package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.exchange.ExchangeException;
import dev.comporta.serialization.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes of one file of another tool.
 *
 * @param path its path, for messages
 * @param bytes its content
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never changed
public record Input(Path path, byte[] bytes) {
  /** The largest file that is read; an array of Java ends at 2 GiB. */
  private static final long LARGEST = 1L << 30;

  /** Reads a whole file. */
  public static Input read(Path path) {
    try {
      if (!Files.exists(path)) {
        throw new ExchangeException(formatted("there is no file %s; check the name", path));
      }
      if (!Files.isRegularFile(path)) {
        throw new ExchangeException(
            formatted("expected a file but %s is a directory or a device; specify a file", path));
      }
      long size = Files.size(path);
      if (size > LARGEST) {
        throw new ExchangeException(
            formatted("expected a file of at most %d bytes but %s has %d", LARGEST, path, size));
      }
      return new Input(path, Files.readAllBytes(path));
    } catch (IOException e) {
      throw new ExchangeException(formatted("cannot read %s: %s", path, e.getMessage()), e);
    }
  }

  /** A file in the folder of this one, which names it; files outside the folder are not opened. */
  public Path beside(String name) {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder == null) {
        throw refuse("it has no folder");
      }
      return FolderFile.directlyInside(folder, name);
    } catch (IOException e) {
      throw refuse(
          formatted(
              "it names the file %s, which %s; files outside its folder are not opened",
              Printable.quoted(name), Printable.quote(e.getMessage())),
          e);
    }
  }

  /** An error that blames the file. */
  public ExchangeException refuse(String clause) {
    return new ExchangeException(formatted("%s cannot be imported: %s", name(), clause));
  }

  /** An error that blames the file, with its cause. */
  public ExchangeException refuse(String clause, Throwable cause) {
    return new ExchangeException(formatted("%s cannot be imported: %s", name(), clause), cause);
  }

  /** The name of the file without its folder. */
  public String name() {
    return String.valueOf(path.getFileName());
  }

  /** The SHA-256 of the bytes in lower-case hexadecimal. */
  public String sha256() {
    return Sha256.hex(Sha256.newDigest(), bytes);
  }

  /** Whether the file begins with these bytes. */
  public boolean begins(int... start) {
    return beginsAt(0, start);
  }

  /** Whether the file has these bytes at a position. */
  public boolean beginsAt(int position, int... start) {
    if (bytes.length < position + start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[position + i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** An entry of the file as an input of its own. */
  public Input part(String name, byte[] content) {
    return new Input(
        path.resolveSibling(
            this.name() + "!" + name.replace('/', '_').replace('\\', '_').replace('\0', '_')),
        content);
  }
}
