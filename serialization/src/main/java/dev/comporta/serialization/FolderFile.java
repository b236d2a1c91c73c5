package dev.comporta.serialization;

import dev.comporta.api.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * Files that another file names, such as external data or the parts of a model. The names are not
 * trusted: nothing outside the folder is opened, not even through symbolic links.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class FolderFile {
  private FolderFile() {}

  /**
   * Finds a file in a folder or below it.
   *
   * @param folder an existing folder
   * @param name a relative name from an untrusted file
   * @return the file, with all symbolic links resolved
   * @throws IOException if the name is not that of a regular file inside the folder; the message is
   *     the rest of a sentence that begins with the name, such as {@code leads out of its folder}
   */
  public static Path inside(Path folder, String name) throws IOException {
    Path root = folder.toRealPath();
    requireInside(root, name);
    Path file = root.resolve(name).normalize();
    if (!Files.isRegularFile(file)) {
      throw new IOException("is missing from its folder");
    }
    Path real;
    try {
      real = file.toRealPath();
    } catch (IOException e) {
      throw new IOException("cannot be opened: " + Printable.quote(e.getMessage()), e);
    }
    if (!real.startsWith(root)) {
      throw new IOException("leads out of its folder through a link");
    }
    return real;
  }

  /**
   * Requires that a name, as it is written, is that of something in a folder or below it, whether
   * it exists or not. Links are followed later: this is for folders of the user's own data, in
   * which only a table of names may come from someone else.
   *
   * @param folder any folder
   * @param name a relative name from an untrusted file
   * @throws IOException if it is none; the message is the rest of a sentence, as for {@link
   *     #inside}
   */
  public static void requireInside(Path folder, String name) throws IOException {
    Path relative;
    try {
      relative = Path.of(name);
    } catch (InvalidPathException e) {
      throw new IOException("is not a valid file name", e);
    }
    Path root = folder.toAbsolutePath().normalize();
    Path file = root.resolve(relative).normalize();
    if (relative.isAbsolute() || !file.startsWith(root) || file.equals(root)) {
      throw new IOException("leads out of its folder");
    }
  }

  /**
   * Finds a file in a folder, not below it. Separators of any system are refused, so that a name
   * means the same on all of them.
   *
   * @param folder an existing folder
   * @param name the name of a file, from an untrusted file
   * @return the file, with all symbolic links resolved
   * @throws IOException as {@link #inside}
   */
  public static Path directlyInside(Path folder, String name) throws IOException {
    if (name.contains("/") || name.contains("\\") || name.contains(":")) {
      throw new IOException("leads out of its folder");
    }
    Path file = inside(folder, name);
    if (!folder.toRealPath().equals(file.getParent())) {
      throw new IOException("leads out of its folder through a link");
    }
    return file;
  }
}
