package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 text whose lines are not endless, so that a line fits into memory. */
final class InputText extends FilterReader {
  /** The most characters of a line. */
  static final int LONGEST_LINE = 1 << 24;

  private final String name;
  private long length;

  /**
   * Reads text.
   *
   * @param in the bytes
   * @param name of the file, for messages
   */
  InputText(InputStream in, String name) {
    super(
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)));
    this.name = name;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] buffer, int offset, int most) throws IOException {
    int count;
    try {
      count = super.read(buffer, offset, most);
    } catch (CharacterCodingException e) {
      throw new ComportaException(
          formatted("expected UTF-8 text but %s has bytes that are not; convert it to UTF-8", name),
          e);
    }
    for (int i = offset; i < offset + count; i++) {
      length = buffer[i] == '\n' || buffer[i] == '\r' ? 0 : length + 1;
    }
    if (length > LONGEST_LINE) {
      throw new ComportaException(
          formatted(
              "expected lines of at most %,d characters but %s has a longer one; break it into several",
              LONGEST_LINE, name));
    }
    return count;
  }
}
