package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a file for a long time, which one holder has at a time: two trainings never
 * write the same files, however the path is spelled. Held as a lock of the operating system on
 * {@code .NAME.lock} beside the file, so a killed process holds nothing; the file that it leaves is
 * taken over, and removed, by the next holder.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WriterLock implements AutoCloseable {
  private static final String ENDING = ".lock";
  private static final int MOST_DIGITS = 20;

  /**
   * The locks of this process. Its second channel on one file must never be opened: closing it
   * would release the first one's lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final @Nullable FileChannel channel;
  private boolean closed;

  private WriterLock(Path file, @Nullable FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Where the lock of a file is: the same for every path that leads to the file.
   *
   * @param path of a file in a folder that exists; a symbolic link is followed
   * @param endings names that differ in these endings alone have one lock
   * @return the lock's file
   * @throws ModelFileException if the path cannot be followed
   */
  public static Path lockOf(Path path, List<String> endings) {
    try {
      Path target = AtomicFile.target(path);
      Path folder = target.getParent();
      if (folder == null || target.getFileName() == null) {
        throw new NoSuchFileException(path.toString());
      }
      String name = target.getFileName().toString();
      for (String ending : endings) {
        name = name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
      }
      return folder.toRealPath().resolve(BesideName.of(name, ENDING));
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /**
   * Where the lock of a folder is.
   *
   * @param folder an existing folder
   * @return the lock's file, in it
   * @throws ModelFileException if the folder cannot be used
   */
  public static Path lockIn(Path folder) {
    try {
      return folder.toRealPath().resolve(ENDING);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * Takes a lock, or says that another holder has it.
   *
   * @param what the file or folder as the user named it, for messages
   * @param lock from {@link #lockOf} or {@link #lockIn}
   * @param log takes a line if the file system has no locks; there is then no protection
   * @return to be closed when nothing is written any more
   * @throws ModelFileException if another training, in this process or another, holds it
   */
  public static WriterLock take(Path what, Path lock, Consumer<String> log) {
    if (!HELD.add(lock)) {
      throw busy(what, "another training of this process");
    }
    boolean taken = false;
    try {
      WriterLock held = lock(what, lock, log);
      taken = true;
      return held;
    } catch (IOException e) {
      throw unusable(what, e);
    } finally {
      if (!taken) {
        HELD.remove(lock);
      }
    }
  }

  private static WriterLock lock(Path what, Path lock, Consumer<String> log) throws IOException {
    while (true) {
      Optional<Object> before = create(lock);
      FileChannel channel = open(lock);
      if (channel == null) {
        continue; // its holder removed it just now
      }
      boolean kept = false;
      try {
        FileLock held = tryLock(channel, what, log);
        if (held == null && channel.isOpen()) {
          throw busy(what, holder(channel));
        }
        if (held == null) {
          Files.deleteIfExists(lock);
          kept = true;
          return new WriterLock(lock, null);
        }
        // Only a lock on the file that has the name now keeps others away.
        if (key(lock).equals(before) && Files.exists(lock, LinkOption.NOFOLLOW_LINKS)) {
          write(channel, Long.toString(ProcessHandle.current().pid()));
          kept = true;
          return new WriterLock(lock, channel);
        }
      } finally {
        if (!kept) {
          channel.close();
        }
      }
    }
  }

  private static Optional<Object> create(Path lock) throws IOException {
    try {
      Files.createFile(lock);
    } catch (FileAlreadyExistsException e) {
      // held, or left by a process that was killed
    }
    return key(lock);
  }

  /** What distinguishes files on one system, empty if there is no file or no such thing. */
  private static Optional<Object> key(Path lock) throws IOException {
    try {
      return Optional.ofNullable(
          Files.readAttributes(lock, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static @Nullable FileChannel open(Path lock) throws IOException {
    try {
      return FileChannel.open(
          lock, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Null if another process has it, or, with the channel closed, if there are no locks here. */
  private static @Nullable FileLock tryLock(FileChannel channel, Path what, Consumer<String> log)
      throws IOException {
    try {
      return channel.tryLock();
    } catch (IOException e) {
      log.accept(
          formatted(
              "the file system of %s has no locks (%s): start no other training that writes it",
              what, e.getMessage()));
      channel.close();
      return null;
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.truncate(0);
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_DIGITS);
    channel.read(bytes, 0);
    String number = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return number.matches("\\d+")
        ? "another training (process " + number + ")"
        : "another training";
  }

  private static ModelFileException busy(Path what, String holder) {
    return new ModelFileException(
        Problem.UNWRITABLE,
        formatted(
            "%s is being written by %s; wait until it ends, or choose another place",
            what, holder));
  }

  private static ModelFileException unusable(Path what, IOException e) {
    String why =
        switch (e) {
          case AccessDeniedException denied -> "permission denied for " + denied.getFile();
          case NoSuchFileException missing -> "there is no folder " + missing.getFile();
          default -> String.valueOf(e.getMessage());
        };
    return new ModelFileException(
        Problem.UNWRITABLE,
        formatted(
            "cannot write %s: %s; choose another place, what was there is unchanged", what, why),
        e);
  }

  /** Lets others write. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (FileChannel held = channel) {
      if (held != null) {
        Files.deleteIfExists(file); // while nobody else can take it
      }
    } catch (IOException e) {
      throw new ModelFileException(
          Problem.UNWRITABLE, formatted("%s cannot be removed: %s", file, e.getMessage()), e);
    } finally {
      HELD.remove(file);
    }
  }
}
