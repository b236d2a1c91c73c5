package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.frame.Interruption;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs commands in this process and keeps what they print. */
final class Cli {
  private static final JsonMapper JSON = new JsonMapper();

  private Cli() {}

  /** What a command gave. */
  record Result(int code, String out, String err) {
    /** The JSON object that is all of standard output. */
    JsonNode json() throws Exception {
      assertThat(code).as(err).isZero();
      assertThat(out.lines()).hasSize(1);
      return JSON.readTree(out);
    }

    /** The one sentence that a refused command printed, and nothing else. */
    String refusal() {
      assertThat(code).as(err).isEqualTo(2);
      assertThat(out).isEmpty();
      assertThat(err).startsWith("comporta: ");
      assertThat(err.lines()).as(err).hasSize(1);
      return err.strip();
    }

    /** The last line of standard error, for jobs that say something before they are refused. */
    String lastError() {
      assertThat(out).isEmpty();
      return err.lines().reduce("", (before, line) -> line);
    }

    /** Name and checksum of each tensor that {@code inspect --json} lists. */
    List<String> tensors() throws Exception {
      List<String> tensors = new ArrayList<>();
      json()
          .get("tensors")
          .forEach(tensor ->
              tensors.add(tensor.get("name").textValue() + " " + tensor.get("sha256").textValue()));
      assertThat(tensors).isNotEmpty();
      return tensors;
    }
  }

  /** One line of JSON. */
  static JsonNode parse(String line) throws Exception {
    return JSON.readTree(line);
  }

  static Result run(String... arguments) {
    return run(new Interruption(), arguments);
  }

  /** Runs a command whose arguments are the words of these texts. */
  static Result runWords(String... texts) {
    return run(String.join(" ", texts).split(" +"));
  }

  /** Runs a command whose standard input is this text. */
  static Result withInput(String text, String... arguments) {
    return withInput(text.getBytes(StandardCharsets.UTF_8), arguments);
  }

  static Result withInput(byte[] input, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return run(arguments);
    } finally {
      System.setIn(before);
    }
  }

  /** Runs a command whose standard output takes some characters and then fails. */
  static Result withFullOutput(int room, InputStream input, String... arguments) {
    return withFailingOutput("no space left", room, input, arguments);
  }

  /** The same with the system's reason for the failure. */
  static Result withFailingOutput(String reason, int room, InputStream input, String... arguments) {
    InputStream before = System.in;
    System.setIn(input);
    try {
      StringWriter err = new StringWriter();
      FullWriter out = new FullWriter(room, reason);
      int code =
          Main.run(
              new Interruption(), CommandOutput.to(out), new PrintWriter(err, true), arguments);
      return new Result(code, out.toString(), err.toString());
    } finally {
      System.setIn(before);
    }
  }

  /** Like a disk with room for some characters. */
  private static final class FullWriter extends Writer {
    private final StringBuilder written = new StringBuilder();
    private final int room;
    private final String reason;

    FullWriter(int room, String reason) {
      this.room = room;
      this.reason = reason;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      if (written.length() + length > room) {
        throw new IOException(reason);
      }
      written.append(text, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return written.toString();
    }
  }

  static Result run(Interruption interruption, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(interruption, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }
}
