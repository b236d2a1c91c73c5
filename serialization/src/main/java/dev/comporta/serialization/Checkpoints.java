package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads checkpoints. The previous checkpoint is kept as {@code NAME.previous}, so that
 * at least one of the two is intact at any moment, even if the process is killed while writing.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Checkpoints {
  private Checkpoints() {}

  /**
   * The checkpoint to resume from.
   *
   * @param checkpoint its content
   * @param path the file that it was read from
   * @param note a message for the user if the newest checkpoint could not be used, else null
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Newest(Checkpoint checkpoint, Path path, @Nullable String note) {}

  /**
   * The path of the previous checkpoint.
   *
   * @param path the path of the checkpoint
   * @return the path with {@code .previous} appended; if the path is a symbolic link, the file is
   *     in the folder of the link's target
   * @throws ModelFileException if the path is a symbolic link that cannot be followed
   */
  public static Path previous(Path path) {
    try {
      Path target = Files.isSymbolicLink(path) ? AtomicFile.target(path) : path;
      return target.resolveSibling(target.getFileName() + ".previous");
    } catch (IOException e) {
      throw new ModelFileException(
          Problem.UNREADABLE, formatted("cannot follow %s: %s", path, e.getMessage()), e);
    }
  }

  /**
   * Writes a checkpoint and keeps an existing one as {@link #previous}. If the existing one is
   * damaged, it is replaced and not kept, so that it never displaces an intact one.
   *
   * @param path the path of the checkpoint
   * @param checkpoint the content
   * @throws ModelFileException as for {@link ModelFiles#write}
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
   * @throws ModelFileException if the file cannot be read; the message states the problem and its
   *     location. {@link Problem#OTHER_KIND} if it is a finished model
   */
  public static Checkpoint read(Path path) {
    return ModelFiles.readCheckpoint(path);
  }

  /**
   * Reads the newest intact checkpoint: the file itself, or the previous one if the file is missing
   * or damaged.
   *
   * @param path the path of the checkpoint
   * @return the checkpoint, the file that it was read from, and a note if that is the previous one
   * @throws ModelFileException if neither can be read, or if the file is not a checkpoint or has a
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
            formatted("%s; resuming from the previous checkpoint %s", e.getMessage(), previous));
      } catch (ModelFileException second) {
        ModelFileException both =
            new ModelFileException(
                e.problem(),
                formatted(
                    "%s; the previous checkpoint cannot be used either: %s",
                    e.getMessage(), second.getMessage()),
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
