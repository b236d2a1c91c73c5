package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a file by a new one in a single step: whoever opens the name, at any moment and after
 * any crash, finds the old bytes or the new ones, whole. The new bytes are first written beside it
 * under a name of their own, {@code .NAME.PID.N.partial}, and forced to the disk; what a killed
 * process left there is removed by the next writer of that file. The new file has the permissions
 * of the one that it replaces. A symbolic link stays, and the file that it leads to is replaced.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class AtomicFile {
  /** Writes the content. */
  @FunctionalInterface
  @API(status = API.Status.EXPERIMENTAL)
  public interface Content {
    /**
     * Writes all of it.
     *
     * @param out buffered, closed by the caller
     * @throws IOException if it cannot be written; the file is then unchanged
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Called when the new content is on disk but has not yet replaced the old file. */
  @FunctionalInterface
  interface BeforeReplacing {
    void run(Path target) throws IOException;
  }

  private static final int MAX_LINKS = 40;

  /** Bytes that even a disk with a little room for names has no room for when it is full. */
  private static final int BLOCK = 4096;

  private static final AtomicLong COUNTER = new AtomicLong();
  private static final Set<Path> ACTIVE = ConcurrentHashMap.newKeySet();

  private AtomicFile() {}

  /**
   * Replaces a file.
   *
   * @param path the path; symbolic links are followed
   * @param content the new bytes
   * @throws ModelFileException if it cannot be written; an existing file is then unchanged
   */
  public static void write(Path path, byte[] content) {
    write(path, out -> out.write(content));
  }

  /**
   * Replaces a file by what is written step by step.
   *
   * @param path the path; symbolic links are followed
   * @param content writes the new bytes; if it throws an exception, the file is unchanged
   * @throws ModelFileException if it cannot be written; an existing file is then unchanged
   */
  public static void write(Path path, Content content) {
    write(path, _ -> {}, content);
  }

  /**
   * Finds out whether a file could be replaced, with all the names that this takes. Nothing is
   * changed.
   *
   * @param path its name; a symbolic link is followed
   * @throws ModelFileException if it cannot be written
   */
  public static void requireWritable(Path path) {
    rehearse(path, out -> out.write(new byte[BLOCK]));
  }

  static void write(Path path, BeforeReplacing before, Content content) {
    at(
        path,
        (target, folder, name) -> {
          FileAccess access = FileAccess.of(target);
          Path partial = reserve(folder, name, access);
          try {
            fill(partial, content, true);
            if (access != null) {
              access.applyTo(partial);
            }
            before.run(target);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
          } finally {
            remove(partial);
          }
          force(folder);
        });
  }

  /** Does what {@link #write} does, but leaves what is there and removes what it wrote. */
  static void rehearse(Path path, Content content) {
    at(
        path,
        (target, folder, name) -> {
          Path partial = reserve(folder, name, FileAccess.of(target));
          try {
            fill(partial, content, false);
            if (!create(target)) {
              requireReplaceable(target, partial);
            }
          } finally {
            remove(partial);
          }
          force(folder);
        });
  }

  /** What is done in a folder for a file of a name. */
  @FunctionalInterface
  private interface Work {
    void run(Path target, Path folder, String name) throws IOException;
  }

  private static void at(Path path, Work work) {
    if (path.getFileSystem() != FileSystems.getDefault() || path.getFileName() == null) {
      throw unwritable(path, "expected a path on a local disk", null);
    }
    try {
      Path target = target(path);
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw unwritable(
            path, Files.isDirectory(target) ? "it is a folder" : "it is not a regular file", null);
      }
      Path folder = target.getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw unwritable(path, "there is no folder " + folder, null);
      }
      String name = target.getFileName().toString();
      removeLeftovers(folder, name);
      work.run(target, folder, name);
    } catch (AccessDeniedException e) {
      throw unwritable(path, "permission denied for " + e.getFile(), e);
    } catch (NoSuchFileException e) {
      throw unwritable(path, formatted("%s vanished while it was written", e.getFile()), e);
    } catch (FileSystemException e) { // its message names a file that the user did not
      throw unwritable(path, Objects.requireNonNullElse(e.getReason(), e.toString()), e);
    } catch (IOException e) {
      throw unwritable(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static void fill(Path partial, Content content, boolean forced) throws IOException {
    try (FileOutputStream file = new FileOutputStream(partial.toFile());
        BufferedOutputStream out = new BufferedOutputStream(file, 1 << 16)) {
      content.writeTo(out);
      out.flush();
      if (forced) {
        file.getFD().sync();
      }
    }
  }

  /** Makes a file of this name and removes it, or says that there is one. */
  private static boolean create(Path target) throws IOException {
    try {
      Files.createFile(target);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    Files.delete(target);
    return true;
  }

  /**
   * Refuses a file that may not be replaced, such as another user's in a folder with the sticky
   * bit. The attempt replaces nothing: no folder can take the place of a file, and a system says so
   * only after it has looked at the permissions.
   */
  private static void requireReplaceable(Path target, Path partial) throws IOException {
    if (FileAccess.of(target) == null) {
      return;
    }
    Path folder = Files.createDirectory(partial.resolveSibling(partial.getFileName() + ".d"));
    try {
      FileSystemException usual = refusal(folder, partial);
      FileSystemException found = usual == null ? null : refusal(folder, target);
      if (usual != null
          && found != null
          && !(usual.getClass() == found.getClass()
              && Objects.equals(usual.getReason(), found.getReason()))) {
        throw found;
      }
    } finally {
      Files.deleteIfExists(folder);
    }
  }

  private static @Nullable FileSystemException refusal(Path folder, Path file) throws IOException {
    try {
      Files.move(folder, file, StandardCopyOption.ATOMIC_MOVE);
      return null;
    } catch (FileSystemException e) {
      return e;
    }
  }

  /** The file that a name leads to through symbolic links, whether it exists or not. */
  static Path target(Path path) throws IOException {
    Path target = path.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MAX_LINKS) {
        throw new IOException(formatted("more than %d symbolic links", MAX_LINKS));
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  /** A new, empty file: what another user may have put under its name is never opened. */
  private static Path reserve(Path folder, String name, @Nullable FileAccess access)
      throws IOException {
    while (true) {
      String ending =
          formatted(".%d.%d.partial", ProcessHandle.current().pid(), COUNTER.getAndIncrement());
      Path partial = folder.resolve(BesideName.of(name, ending));
      ACTIVE.add(partial);
      try {
        return Files.createFile(partial, FileAccess.untilComplete(access));
      } catch (FileAlreadyExistsException e) {
        ACTIVE.remove(partial);
      } catch (IOException e) {
        ACTIVE.remove(partial);
        throw e;
      }
    }
  }

  private static void remove(Path partial) throws IOException {
    try {
      Files.deleteIfExists(partial);
    } finally {
      ACTIVE.remove(partial);
    }
  }

  private static void removeLeftovers(Path folder, String name) throws IOException {
    Pattern pattern =
        Pattern.compile(
            Pattern.quote(BesideName.of(name, ".")) + "(\\d{1,18})\\.\\d+\\.partial(\\.d)?");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher matcher = pattern.matcher(file.getFileName().toString());
        if (matcher.matches() && isAbandoned(file, Long.parseLong(matcher.group(1)))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isAbandoned(Path partial, long writer) {
    return writer == ProcessHandle.current().pid()
        ? !ACTIVE.contains(partial)
        : ProcessHandle.of(writer).isEmpty();
  }

  /** Forces a folder's entries to disk, if the system supports that for folders. */
  private static void force(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          // The file is in place: finish, and restore the interrupt afterwards.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ModelFileException unwritable(Path path, String why, @Nullable IOException cause) {
    String message =
        formatted(
            "cannot write %s: %s; choose another path; an existing file is unchanged", path, why);
    return cause == null
        ? new ModelFileException(Problem.UNWRITABLE, message)
        : new ModelFileException(Problem.UNWRITABLE, message, cause);
  }
}
