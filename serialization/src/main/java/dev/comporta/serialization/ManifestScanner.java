package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.comporta.serialization.ManifestFields.Field;
import java.io.IOException;
import java.util.Map;

/**
 * Scans the bytes of a manifest before objects are created from them. Two bytes can become an
 * object of sixty bytes, so the number of objects is limited first; unknown fields are rejected.
 */
final class ManifestScanner {
  /** The maximum number of messages in one manifest: tensors, options, values, metrics. */
  static final int MAX_MESSAGES = 1 << 18;

  /** The maximum number of fields in one manifest, including the tokens of vocabularies. */
  static final int MAX_FIELDS = 1 << 22;

  /** The maximum nesting of messages, below protobuf's own limit of 100. */
  static final int MAX_DEPTH = 96;

  /** The maximum number of values of one packed field, more than a shape may have. */
  static final int MAX_NUMBERS = 64;

  /** What one message takes in memory, with the names and maps that it becomes, about. */
  static final int MESSAGE_BYTES = 256;

  /** What one token takes in memory, about. */
  static final int TOKEN_BYTES = 112;

  /** What a manifest may take in memory beside its share of the file. */
  static final long FREE_BYTES = 16L << 20;

  private final int format;
  private final Refusal refusal;
  private int messages;
  private int fieldCount;
  private int tokens;

  private ManifestScanner(int format, Refusal refusal) {
    this.format = format;
    this.refusal = refusal;
  }

  /**
   * Scans, then reads.
   *
   * @param manifest the bytes
   * @param format the format that the file claims to have
   * @param fileLength the bytes of the file; what the manifest becomes in memory stays in
   *     proportion
   * @param refusal makes an error of a clause
   */
  static ManifestMessage parse(byte[] manifest, int format, long fileLength, Refusal refusal) {
    try {
      ManifestScanner scanner = new ManifestScanner(format, refusal);
      scanner.scan(CodedInputStream.newInstance(manifest), ManifestFields.MANIFEST, 0);
      scanner.requireInProportion(fileLength);
      return ManifestMessage.read(CodedInputStream.newInstance(manifest), ManifestFields.MANIFEST);
    } catch (InvalidProtocolBufferException e) {
      throw refusal.invalid(
          formatted(
              "its manifest (bytes %d to %d) is not a valid protobuf message: %s",
              Container.HEADER_BYTES,
              Container.HEADER_BYTES + manifest.length - 1,
              Text.quoted(String.valueOf(e.getMessage()))));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private void requireInProportion(long fileLength) {
    long taken = (long) messages * MESSAGE_BYTES + (long) tokens * TOKEN_BYTES;
    long most = 3 * fileLength + FREE_BYTES;
    if (taken > most) {
      throw refusal.invalid(
          formatted(
              "its manifest has %d messages and %d tokens, which take about %d MiB of memory, and a file of %d bytes may take %d MiB for them",
              messages, tokens, taken >> 20, fileLength, most >> 20));
    }
  }

  private void scan(CodedInputStream in, String type, int depth) throws IOException {
    Map<Integer, Field> fields = ManifestFields.of(type);
    int numbers = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Field field = fields.get(WireFormat.getTagFieldNumber(tag));
      if (field == null || field.since() > format || !fits(field, WireFormat.getTagWireType(tag))) {
        throw refusal.invalid(
            formatted(
                "its manifest has a field %d in a %s, which format %d does not have (byte %d)",
                WireFormat.getTagFieldNumber(tag),
                type,
                format,
                Container.HEADER_BYTES + in.getTotalBytesRead()));
      }
      if (++fieldCount > MAX_FIELDS) {
        throw refusal.invalid(formatted("its manifest has more than %d fields", MAX_FIELDS));
      }
      String inner = field.message();
      if (inner != null) {
        if (++messages > MAX_MESSAGES) {
          throw refusal.invalid(formatted("its manifest has more than %d messages", MAX_MESSAGES));
        }
        if (depth == MAX_DEPTH) {
          throw refusal.invalid(
              formatted("its manifest is nested deeper than %d levels", MAX_DEPTH));
        }
        int limit = in.pushLimit(in.readRawVarint32());
        scan(in, inner, depth + 1);
        in.popLimit(limit);
      } else if (field.isPackable()) {
        numbers += numbers(in, tag);
        if (numbers > MAX_NUMBERS) {
          throw refusal.invalid(
              formatted(
                  "its manifest has more than %d numbers in field %d of a %s",
                  MAX_NUMBERS, WireFormat.getTagFieldNumber(tag), type));
        }
      } else {
        if (field.repeated() && field.text()) {
          tokens++;
        }
        in.skipField(tag);
      }
    }
  }

  /** Skips the numbers of a field, packed or single; returns how many they are. */
  private static int numbers(CodedInputStream in, int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      in.skipField(tag);
      return 1;
    }
    int count = 0;
    int limit = in.pushLimit(in.readRawVarint32());
    for (; in.getBytesUntilLimit() > 0; count++) {
      in.readRawVarint64();
    }
    in.popLimit(limit);
    return count;
  }

  private static boolean fits(Field field, int wireType) {
    return wireType == field.wireType()
        || (field.isPackable() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }
}
