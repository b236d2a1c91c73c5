package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strict decoding of UTF-8 and other charsets: an invalid byte is an error that gives its offset;
 * nothing is replaced.
 */
final class Utf8 {
  /** The number of bytes at the start of a file that are searched for a zero byte. */
  private static final int SNIFFED = 8192;

  /** Advice where the encoding cannot be given. */
  static final String CONVERT = "convert the file to UTF-8";

  /** Advice where the encoding can be given. */
  static final String ENCODING = "give its encoding with --encoding";

  private Utf8() {}

  /** Whether the bytes look like text, that is, have no zero byte near the start. */
  static boolean looksLikeText(byte[] bytes, Charset charset) {
    if (" ".getBytes(charset).length > 1) { // such as UTF-16, where zero bytes are usual
      return true;
    }
    for (int i = 0; i < Math.min(bytes.length, SNIFFED); i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return true;
  }

  /** Decodes a whole file and removes its byte order mark, if any. */
  static String decodeFile(byte[] bytes, Charset charset, String file) {
    return withoutMark(decode(bytes, charset, file, ENCODING));
  }

  /** The start of a file without a byte order mark. */
  static String withoutMark(String start) {
    return start.startsWith("\uFEFF") ? start.substring(1) : start;
  }

  /** A decoder that replaces nothing. */
  static CharsetDecoder strict(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** Decodes UTF-8; an error names the file and the offset of the first invalid byte. */
  static String decode(byte[] bytes, String file) {
    return decode(bytes, StandardCharsets.UTF_8, file, CONVERT);
  }

  /**
   * Decodes bytes; an error names the file and the offset of the first invalid byte, and ends with
   * advice.
   */
  static String decode(byte[] bytes, Charset charset, String file, String advice) {
    CharsetDecoder decoder = strict(charset);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out =
        CharBuffer.allocate((int) Math.ceil(bytes.length * (double) decoder.maxCharsPerByte()));
    CoderResult result = decoder.decode(in, out, true);
    if (!result.isError()) {
      result = decoder.flush(out);
    }
    if (result.isError()) {
      throw new ComportaException(
          formatted(
              "[text] %s is not %s: the byte 0x%02x at offset %d does not start a character; %s",
              file, charset.name(), bytes[in.position()], in.position(), advice));
    }
    return out.flip().toString();
  }
}
