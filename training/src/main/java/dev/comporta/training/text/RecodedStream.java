package dev.comporta.training.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text of any encoding as UTF-8, converted while it is read. */
final class RecodedStream extends InputStream {
  private final char[] characters = new char[1 << 12];
  private final Reader reader;
  private byte[] bytes = new byte[0];
  private int next;

  RecodedStream(InputStream in, Charset charset) {
    reader = new InputStreamReader(in, Utf8.strict(charset));
  }

  @Override
  public int read() throws IOException {
    return fill() ? bytes[next++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - next);
    System.arraycopy(bytes, next, to, offset, count);
    next += count;
    return count;
  }

  /** Converts more characters if all bytes were read; false at the end of the text. */
  private boolean fill() throws IOException {
    while (next == bytes.length) {
      int count = reader.read(characters, 0, characters.length - 1);
      if (count < 0) {
        return false;
      }
      if (count > 0 && Character.isHighSurrogate(characters[count - 1])) {
        int low = reader.read();
        if (low >= 0) {
          characters[count++] = (char) low;
        }
      }
      bytes = new String(characters, 0, count).getBytes(StandardCharsets.UTF_8);
      next = 0;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
