package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.EOFException;
import java.io.IOException;

/**
 * The errors about one file that is read.
 *
 * @param name what messages call the file
 */
record FileProblems(String name) implements Refusal {
  @Override
  public ModelFileException of(Problem problem, String clause) {
    return new ModelFileException(
        problem,
        formatted("%s is not a valid model file: %s; use another copy of the file", name, clause));
  }

  ModelFileException unreadable(IOException e) {
    if (e instanceof EOFException) {
      return new ModelFileException(Problem.CUT, becameShorter(), e);
    }
    return new ModelFileException(
        Problem.UNREADABLE, formatted("cannot read %s: %s", name, e.getMessage()), e);
  }

  ModelFileException shrunk() {
    return new ModelFileException(Problem.CUT, becameShorter());
  }

  private String becameShorter() {
    return formatted(
        "%s is truncated: it became shorter while it was being read; use another copy of the file",
        name);
  }

  ModelFileException cut(String what) {
    return new ModelFileException(
        Problem.CUT, formatted("%s is truncated: %s; use another copy of the file", name, what));
  }

  ModelFileException damaged(String what) {
    return new ModelFileException(
        Problem.DAMAGED, formatted("%s is damaged: %s; use another copy of the file", name, what));
  }

  /** A part whose checksum is wrong. */
  ModelFileException damaged(String part, long start, long end, String checksum) {
    return new ModelFileException(
        Problem.DAMAGED,
        formatted(
            "%s is damaged in %s (bytes %d to %d): the %s does not match the recorded one; use another copy of the file",
            name, part, start, end - 1, checksum));
  }

  /** Refuses padding that is not zero; {@code start} is its position in the file. */
  void requireZeros(byte[] padding, long start) {
    for (int i = 0; i < padding.length; i++) {
      if (padding[i] != 0) {
        throw damaged(
            formatted(
                "byte %d is padding and should be 0 but is %d", start + i, padding[i] & 0xFF));
      }
    }
  }

  /** Refuses tensors that do not fit into the heap, before any of them is allocated. */
  void requireMemory(long bytes) {
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new ModelFileException(
          Problem.TOO_LARGE,
          formatted(
              "the tensors of %s need %d MiB of memory but Java may use %d MiB; start it with a larger -Xmx",
              name, (bytes >> 20) + 1, most >> 20));
    }
  }
}
