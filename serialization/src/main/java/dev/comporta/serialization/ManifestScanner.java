package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.comporta.serialization.proto.ModelProto;
import java.io.IOException;

/**
 * Scans the bytes of a manifest before protobuf creates objects from them. Two bytes can become an
 * object of sixty bytes, so the number of objects is limited first; unknown fields are rejected.
 */
final class ManifestScanner {
  /** The maximum number of messages in one manifest: tensors, options, values, metrics. */
  static final int MAX_MESSAGES = 1 << 18;

  /** The maximum number of fields in one manifest, including the tokens of vocabularies. */
  static final int MAX_FIELDS = 1 << 22;

  /** The maximum nesting of messages, below protobuf's own limit of 100. */
  static final int MAX_DEPTH = 96;

  /** What one message takes in memory, with the names and maps that it becomes, about. */
  static final int MESSAGE_BYTES = 256;

  /** What one token takes in memory, about. */
  static final int TOKEN_BYTES = 112;

  /** What a manifest may take in memory beside its share of the file. */
  static final long FREE_BYTES = 16L << 20;

  private final int format;
  private final Refusal refusal;
  private int messages;
  private int fields;
  private int tokens;

  private ManifestScanner(int format, Refusal refusal) {
    this.format = format;
    this.refusal = refusal;
  }

  /**
   * Scans, then parses.
   *
   * @param manifest the bytes
   * @param format the format that the file claims to have
   * @param fileLength the bytes of the file; what the manifest becomes in memory stays in
   *     proportion
   * @param refusal makes an error of a clause
   */
  static ModelProto.Manifest parse(byte[] manifest, int format, long fileLength, Refusal refusal) {
    try {
      ManifestScanner scanner = new ManifestScanner(format, refusal);
      scanner.scan(CodedInputStream.newInstance(manifest), ModelProto.Manifest.getDescriptor(), 0);
      scanner.requireInProportion(fileLength);
      return ModelProto.Manifest.parseFrom(manifest);
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

  private void scan(CodedInputStream in, Descriptor type, int depth) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field == null || !fits(field, WireFormat.getTagWireType(tag)) || isNewer(field)) {
        throw refusal.invalid(
            formatted(
                "its manifest has a field %d in a %s, which format %d does not have (byte %d)",
                WireFormat.getTagFieldNumber(tag),
                type.getName(),
                format,
                Container.HEADER_BYTES + in.getTotalBytesRead()));
      }
      if (++fields > MAX_FIELDS) {
        throw refusal.invalid(formatted("its manifest has more than %d fields", MAX_FIELDS));
      }
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        if (++messages > MAX_MESSAGES) {
          throw refusal.invalid(formatted("its manifest has more than %d messages", MAX_MESSAGES));
        }
        if (depth == MAX_DEPTH) {
          throw refusal.invalid(
              formatted("its manifest is nested deeper than %d levels", MAX_DEPTH));
        }
        int outer = in.pushLimit(in.readRawVarint32());
        scan(in, field.getMessageType(), depth + 1);
        in.popLimit(outer);
      } else {
        if (field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.STRING) {
          tokens++;
        }
        in.skipField(tag);
      }
    }
  }

  private boolean isNewer(FieldDescriptor field) {
    return format < 2
        && (isField(
                field,
                ModelProto.Provenance.getDescriptor(),
                ModelProto.Provenance.PROVIDERS_FIELD_NUMBER)
            || isField(
                field,
                ModelProto.Tensor.getDescriptor(),
                ModelProto.Tensor.CHANNEL_AXIS_FIELD_NUMBER));
  }

  private static boolean isField(FieldDescriptor field, Descriptor type, int number) {
    return field.getContainingType().equals(type) && field.getNumber() == number;
  }

  private static boolean fits(FieldDescriptor field, int wireType) {
    return wireType == field.getLiteType().getWireType()
        || (field.isPackable() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }
}
