package dev.comporta.serialization;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a file atomically: at any moment, and after any crash, the path refers to the complete
 * old content or the complete new content. The new content is first written to a temporary file
 * {@code .NAME.PID.N.partial} in the same folder and forced to disk; temporary files of killed
 * processes are removed by the next writer of that file.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class AtomicFile {
  /** Writes the content. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Called when the new content is on disk but has not yet replaced the old file. */
  @FunctionalInterface
  interface BeforeReplacing {
    void run(Path target) throws IOException;
  }

  private static final int MAX_LINKS = 40;
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
    write(path, _ -> {}, out -> out.write(content));
  }

  static void write(Path path, BeforeReplacing before, Content content) {
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
      Path partial = reserve(folder, name);
      try {
        try (FileOutputStream file = new FileOutputStream(partial.toFile());
            BufferedOutputStream out = new BufferedOutputStream(file, 1 << 16)) {
          content.writeTo(out);
          out.flush();
          file.getFD().sync();
        }
        before.run(target);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
        ACTIVE.remove(partial);
      }
      force(folder);
    } catch (AccessDeniedException e) {
      throw unwritable(path, "permission denied", e);
    } catch (NoSuchFileException e) {
      throw unwritable(path, "%s was deleted while it was being written".formatted(e.getFile()), e);
    } catch (IOException e) {
      throw unwritable(path, String.valueOf(e.getMessage()), e);
    }
  }

  /** The file that a path refers to after following symbolic links; it need not exist. */
  static Path target(Path path) throws IOException {
    Path target = path.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MAX_LINKS) {
        throw new IOException("more than %d symbolic links".formatted(MAX_LINKS));
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  private static Path reserve(Path folder, String name) throws IOException {
    while (true) {
      Path partial =
          folder.resolve(
              ".%s.%d.%d.partial"
                  .formatted(name, ProcessHandle.current().pid(), COUNTER.getAndIncrement()));
      ACTIVE.add(partial);
      if (partial.toFile().createNewFile()) {
        return partial;
      }
      ACTIVE.remove(partial);
    }
  }

  private static void removeLeftovers(Path folder, String name) throws IOException {
    Pattern pattern =
        Pattern.compile(Pattern.quote("." + name + ".") + "(\\d{1,18})\\.\\d+\\.partial");
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
        "cannot write %s: %s; choose another path; an existing file is unchanged"
            .formatted(path, why);
    return cause == null
        ? new ModelFileException(Problem.UNWRITABLE, message)
        : new ModelFileException(Problem.UNWRITABLE, message, cause);
  }
}
