package dev.comporta.serialization;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.comporta.serialization.ManifestFields.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one parsed message of {@code model.proto}, by number. Protobuf's generated classes
 * hold the same, but loading the first of them takes twenty milliseconds in a new JVM, mostly for a
 * logger and a version number. A test compares both.
 *
 * <p>As protobuf specifies, an absent field has its default value. If a field that is not repeated
 * occurs twice, its last value counts, and messages are merged. Of a {@code oneof}, the last field
 * counts.
 */
final class ManifestMessage {
  private static final ManifestMessage EMPTY = new ManifestMessage(new Object[0]);

  /** By number: a Long, Double, String, byte[] or ManifestMessage, or a list of them. */
  private final @Nullable Object[] values;

  private ManifestMessage(@Nullable Object[] values) {
    this.values = values;
  }

  /**
   * Reads a message whose fields are known to fit.
   *
   * @param in read to its end or limit
   * @param type the name of the message
   * @throws IOException if a field ends too early, or a text is not UTF-8
   */
  static ManifestMessage read(CodedInputStream in, String type) throws IOException {
    return read(in, type, null);
  }

  /** Reads into a message that has been read before, if there is one. */
  private static ManifestMessage read(
      CodedInputStream in, String type, @Nullable ManifestMessage before) throws IOException {
    Map<Integer, Field> fields = ManifestFields.of(type);
    ManifestMessage message =
        before == null ? new ManifestMessage(new Object[ManifestFields.MOST + 1]) : before;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      Field field = Objects.requireNonNull(fields.get(number), type);
      if (ManifestFields.isChoice(type)) {
        message.keepOnly(number);
      }
      if (!field.repeated()) {
        message.values[number] = value(in, field, message.values[number]);
      } else if (field.isPackable() && WireFormat.getTagWireType(tag) == ManifestFields.BYTES) {
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
          message.add(number, value(in, field, null));
        }
        in.popLimit(limit);
      } else {
        message.add(number, value(in, field, null));
      }
    }
    return message;
  }

  private static Object value(CodedInputStream in, Field field, @Nullable Object before)
      throws IOException {
    String inner = field.message();
    if (inner != null) {
      int limit = in.pushLimit(in.readRawVarint32());
      ManifestMessage message = read(in, inner, (ManifestMessage) before);
      in.popLimit(limit);
      return message;
    }
    return switch (field.wireType()) {
      case ManifestFields.VARINT -> in.readRawVarint64();
      case ManifestFields.FIXED64 -> in.readDouble();
      default -> field.text() ? text(in.readByteArray()) : in.readByteArray();
    };
  }

  /** Protobuf's own decoder of texts looks for Android in all jars when it is first used. */
  private static String text(byte[] bytes) throws InvalidProtocolBufferException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidProtocolBufferException("Protocol message had invalid UTF-8.", e);
    }
  }

  private void keepOnly(int number) {
    Object value = values[number];
    Arrays.fill(values, null);
    values[number] = value;
  }

  private void add(int number, Object value) {
    @Nullable Object list = values[number];
    if (list == null) {
      list = new ArrayList<>();
      values[number] = list;
    }
    @SuppressWarnings("unchecked") // only this method writes repeated fields
    List<Object> items = (List<Object>) list;
    items.add(value);
  }

  private @Nullable Object value(int field) {
    return field < values.length ? values[field] : null;
  }

  boolean has(int field) {
    return value(field) != null;
  }

  String text(int field) {
    return value(field) instanceof String text ? text : "";
  }

  long number(int field) {
    return value(field) instanceof Long number ? number : 0;
  }

  double real(int field) {
    return value(field) instanceof Double real ? real : 0;
  }

  byte[] bytes(int field) {
    return value(field) instanceof byte[] bytes ? bytes : new byte[0];
  }

  ManifestMessage message(int field) {
    return value(field) instanceof ManifestMessage message ? message : EMPTY;
  }

  List<ManifestMessage> messages(int field) {
    return list(field);
  }

  List<String> texts(int field) {
    return list(field);
  }

  List<Long> numbers(int field) {
    return list(field);
  }

  @SuppressWarnings("unchecked") // the table of fields says what a list holds
  private <T> List<T> list(int field) {
    return value(field) instanceof List<?> list ? (List<T>) list : List.of();
  }
}
