package dev.comporta.serialization;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/**
 * Thrown when a model file or checkpoint cannot be read, used or written; the message is one
 * sentence that names the file and, for damaged files, the bytes concerned.
 */
@API(status = API.Status.EXPERIMENTAL)
public class ModelFileException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with a file. */
  public enum Problem {
    /** There is no such file. */
    MISSING,
    /** The system cannot read it, or it is not a regular file. */
    UNREADABLE,
    /** Its first bytes are not those of a model file. */
    NOT_A_MODEL_FILE,
    /** Its format is newer than this program. */
    NEWER,
    /** It has another content than requested, such as a checkpoint instead of a model. */
    OTHER_KIND,
    /** It is truncated. */
    CUT,
    /** A checksum does not match its bytes. */
    DAMAGED,
    /** Its checksums match but its content contradicts itself or exceeds a limit. */
    INVALID,
    /** Its tensors need more memory than this process may use. */
    TOO_LARGE,
    /** It is intact, but it does not fit the model that it should be restored into. */
    MISMATCH,
    /** It is whole, but numbers that a model computes with are NaN or infinite. */
    NOT_FINITE,
    /** It could not be written; what was there before is unchanged. */
    UNWRITABLE
  }

  /** What is wrong. */
  private final Problem problem;

  /**
   * Creates an error.
   *
   * @param problem the kind of problem
   * @param message the message, one sentence
   */
  public ModelFileException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  /**
   * Creates an error with a cause.
   *
   * @param problem the kind of problem
   * @param message the message, one sentence
   * @param cause the cause
   */
  public ModelFileException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /**
   * The kind of problem, for programs.
   *
   * @return the problem
   */
  public Problem problem() {
    return problem;
  }
}
