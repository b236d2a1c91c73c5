package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Reads a text file line by line, each a sentence, holding one line at a time: the file may be
 * larger than the memory, and may be a pipe. Lines end with a line feed, with or without a carriage
 * return before it; the last one may go without. A file whose lines end with carriage returns alone
 * is refused. A byte order mark before the first line is no part of it.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SentenceFile {
  /** The maximum length of a line in bytes. */
  private static final int LONGEST = 1 << 24;

  private SentenceFile() {}

  /**
   * A summary of a file.
   *
   * @param sentences the number of lines
   * @param sha256 the SHA-256 hash of the file, 64 lower-case hexadecimal digits
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Summary(long sentences, String sha256) {}

  /**
   * Reads all sentences of a file in UTF-8 in order.
   *
   * @param path a file in UTF-8
   * @param sentence receives each line, without its line ending
   * @return a summary of the file
   * @throws ComportaException if the file does not exist or is empty, or if a line is not UTF-8 or
   *     is longer than 16 MiB; the message names the line
   */
  public static Summary forEach(Path path, Consumer<String> sentence) {
    return forEach(path, StandardCharsets.UTF_8, Utf8.CONVERT, sentence);
  }

  /**
   * Reads all sentences in order.
   *
   * @param path a file
   * @param charset its encoding
   * @param sentence receives each line, without its line ending
   * @return a summary of the file
   * @throws ComportaException if the file does not exist, is empty or has another encoding, or if a
   *     line is longer than 16 MiB
   */
  public static Summary forEach(Path path, Charset charset, Consumer<String> sentence) {
    return forEach(path, charset, Utf8.ENCODING, sentence);
  }

  private static Summary forEach(
      Path path, Charset charset, String advice, Consumer<String> sentence) {
    if (Files.isDirectory(path)) {
      throw new ComportaException(
          formatted(
              "[text] expected a file with one sentence per line but %s is a directory", path));
    }
    MessageDigest digest = Sha256.newDigest();
    try (InputStream raw =
            new BufferedInputStream(new DigestInputStream(Files.newInputStream(path), digest));
        InputStream in =
            charset.equals(StandardCharsets.UTF_8) ? raw : new RecodedStream(raw, charset)) {
      long lines = read(in, path.toString(), advice, sentence);
      if (lines == 0) {
        throw new ComportaException(
            formatted("[text] expected one sentence per line in %s but it is empty", path));
      }
      return new Summary(lines, Sha256.hex(digest));
    } catch (NoSuchFileException e) {
      throw new ComportaException(
          formatted("[text] expected a file with one sentence per line but there is no %s", path),
          e);
    } catch (CharacterCodingException e) {
      throw new ComportaException(
          formatted("[text] %s is not %s; %s", path, charset.name(), advice), e);
    } catch (IOException e) {
      throw new ComportaException(formatted("[text] cannot read %s: %s", path, e), e);
    }
  }

  /**
   * Reads all sentences of a stream in order.
   *
   * @param in bytes in UTF-8; not closed
   * @param name the name of the stream in messages
   * @param sentence receives each line, without its line ending
   * @return the number of lines
   * @throws ComportaException if a line is not UTF-8 or is longer than 16 MiB; the message names
   *     the line
   */
  public static long forEach(InputStream in, String name, Consumer<String> sentence) {
    try {
      return read(new BufferedInputStream(in), name, Utf8.CONVERT, sentence);
    } catch (IOException e) {
      throw new ComportaException(formatted("[text] cannot read %s: %s", name, e), e);
    }
  }

  private static long read(InputStream in, String path, String advice, Consumer<String> sentence)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long number = 1;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        sentence.accept(text(line, path, number++, advice));
        line.reset();
        continue;
      }
      line.write(next);
      if (line.size() > LONGEST) {
        throw new ComportaException(
            formatted(
                "[text] expected one sentence per line in %s but line %d is longer than %d MiB",
                path, number, LONGEST >> 20));
      }
    }
    if (line.size() > 0) {
      String last = text(line, path, number, advice);
      if (number == 1 && last.indexOf('\r') >= 0) {
        throw new ComportaException(
            formatted(
                "[text] expected lines that end with a line feed but those of %s end with a carriage return alone; convert the file, for instance with tr '\\r' '\\n'",
                path));
      }
      sentence.accept(last);
      number++;
    }
    return number - 1;
  }

  private static String text(ByteArrayOutputStream line, String path, long number, String advice) {
    String text =
        Utf8.decode(
            line.toByteArray(),
            StandardCharsets.UTF_8,
            formatted("line %d of %s", number, path),
            advice);
    text = number == 1 ? Utf8.withoutMark(text) : text;
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
