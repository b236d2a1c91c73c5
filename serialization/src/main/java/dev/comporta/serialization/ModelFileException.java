package dev.comporta.serialization;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/**
 * A model file or checkpoint that cannot be read, used or written; the message is one sentence that
 * names the file and, where bytes are wrong, says which.
 */
@API(status = API.Status.EXPERIMENTAL)
public class ModelFileException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with a file. */
  public enum Problem {
    /** There is no such file. */
    MISSING,
    /** The system refused to read it, or it is no ordinary file. */
    UNREADABLE,
    /** Its first bytes are not those of a model file. */
    NOT_A_MODEL_FILE,
    /** Its format is newer than this program. */
    NEWER,
    /** It holds something else than was asked for, such as a checkpoint instead of a model. */
    OTHER_KIND,
    /** It ends before it should. */
    CUT,
    /** A checksum does not match its bytes. */
    DAMAGED,
    /** Its checksums match but its content contradicts itself or exceeds a limit. */
    INVALID,
    /** Its tensors need more memory than this process may use. */
    TOO_LARGE,
    /** It is whole, but it does not fit the model that it is to be restored into. */
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
   * @param problem what is wrong
   * @param message the sentence
   */
  public ModelFileException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  /**
   * Creates an error with the failure below it.
   *
   * @param problem what is wrong
   * @param message the sentence
   * @param cause the failure
   */
  public ModelFileException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /**
   * What is wrong, for programs.
   *
   * @return the problem
   */
  public Problem problem() {
    return problem;
  }
}
