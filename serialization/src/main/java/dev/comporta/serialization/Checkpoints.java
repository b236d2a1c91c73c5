package dev.comporta.serialization;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads checkpoints. The one before the last is kept beside it under {@code
 * NAME.previous}: at any moment, also when the process is killed in the middle of writing, at least
 * one of the two is whole.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Checkpoints {
  private Checkpoints() {}

  /**
   * The checkpoint to go on from.
   *
   * @param checkpoint its content
   * @param path the file that it came from
   * @param note a sentence for the user if that is not the newest one, null if it is
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Newest(Checkpoint checkpoint, Path path, @Nullable String note) {}

  /**
   * Where the checkpoint before the last is kept.
   *
   * @param path the checkpoint's name
   * @return the same name with {@code .previous} behind it; beside the file itself if the name is a
   *     symbolic link
   * @throws ModelFileException if the name is a symbolic link that cannot be followed
   */
  public static Path previous(Path path) {
    try {
      Path target = Files.isSymbolicLink(path) ? AtomicFile.target(path) : path;
      return target.resolveSibling(target.getFileName() + ".previous");
    } catch (IOException e) {
      throw new ModelFileException(
          Problem.UNREADABLE, "cannot follow %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * Writes a checkpoint and keeps the one that was there as {@link #previous}. One that was there
   * but is damaged is replaced instead of kept, so that it never pushes out a whole one.
   *
   * @param path where to
   * @param checkpoint what
   * @throws ModelFileException as {@link ModelFiles#write}
   */
  public static void write(Path path, Checkpoint checkpoint) {
    ModelFiles.write(path, checkpoint.model(), checkpoint, Checkpoints::rotate);
  }

  /**
   * Does all that {@link #write} does, the disk's room included, but leaves nothing and changes
   * nothing.
   *
   * @param path where to
   * @param checkpoint what
   * @throws ModelFileException as {@link ModelFiles#write}
   */
  public static void rehearse(Path path, Checkpoint checkpoint) {
    ModelFiles.rehearse(path, checkpoint.model(), checkpoint);
  }

  private static void rotate(Path path) throws IOException {
    if (Files.exists(path) && !isDamaged(path)) {
      Files.move(path, previous(path), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static boolean isDamaged(Path path) {
    try {
      ModelFiles.describe(path);
      return false;
    } catch (ModelFileException e) {
      return isDamage(e.problem());
    }
  }

  /**
   * Reads one checkpoint.
   *
   * @param path the file
   * @return its content
   * @throws ModelFileException saying what is wrong with the file and where; {@link
   *     Problem#OTHER_KIND} if it is a finished model
   */
  public static Checkpoint read(Path path) {
    return ModelFiles.readCheckpoint(path);
  }

  /**
   * Reads the newest whole checkpoint: the file itself, or the one before it if the file is missing
   * or damaged.
   *
   * @param path the checkpoint's name
   * @return the checkpoint, where it was found, and a note if that was not under its own name
   * @throws ModelFileException if neither can be read, or if the file is no checkpoint or of a
   *     newer format
   */
  public static Newest newest(Path path) {
    try {
      return new Newest(read(path), path, null);
    } catch (ModelFileException e) {
      Path previous = previous(path);
      if (!isDamage(e.problem()) || !Files.exists(previous)) {
        throw e;
      }
      try {
        return new Newest(
            read(previous),
            previous,
            "%s; going on from the checkpoint before it, %s".formatted(e.getMessage(), previous));
      } catch (ModelFileException second) {
        ModelFileException both =
            new ModelFileException(
                e.problem(),
                "%s, and neither can the one before it be used: %s"
                    .formatted(e.getMessage(), second.getMessage()),
                second);
        both.addSuppressed(e);
        throw both;
      }
    }
  }

  private static boolean isDamage(Problem problem) {
    return switch (problem) {
      case MISSING, NOT_A_MODEL_FILE, CUT, DAMAGED, INVALID -> true;
      case UNREADABLE, NEWER, OTHER_KIND, TOO_LARGE, MISMATCH, NOT_FINITE, UNWRITABLE -> false;
    };
  }
}
