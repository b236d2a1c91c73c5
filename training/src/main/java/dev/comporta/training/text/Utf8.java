package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8 decoding: an invalid byte is an error that gives its offset; nothing is replaced.
 */
final class Utf8 {
  /** The number of bytes at the start of a file that are searched for a zero byte. */
  private static final int SNIFFED = 8192;

  private Utf8() {}

  /** Whether the bytes look like text, that is, have no zero byte near the start. */
  static boolean looksLikeText(byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length, SNIFFED); i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return true;
  }

  /** Decodes a whole file and removes its byte order mark, if any. */
  static String decodeFile(byte[] bytes, String file) {
    return withoutMark(decode(bytes, file));
  }

  /** The start of a file without a byte order mark. */
  static String withoutMark(String start) {
    return start.startsWith("\uFEFF") ? start.substring(1) : start;
  }

  /** Decodes bytes; an error names the file and the offset of the first invalid byte. */
  static String decode(byte[] bytes, String file) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out =
        CharBuffer.allocate(bytes.length); // UTF-8 has no fewer bytes than UTF-16 units
    CoderResult result = decoder.decode(in, out, true);
    if (!result.isError()) {
      result = decoder.flush(out);
    }
    if (result.isError()) {
      throw new ComportaException(
          formatted(
              "[text] %s is not UTF-8: the byte 0x%02x at offset %d does not start a character; convert the file to UTF-8",
              file, bytes[in.position()], in.position()));
    }
    return out.flip().toString();
  }
}
