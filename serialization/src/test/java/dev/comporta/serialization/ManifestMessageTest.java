package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.comporta.serialization.proto.ModelProto;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Messages are read as protobuf reads them from the descriptors of {@code model.proto}. */
class ManifestMessageTest {
  private static final Message MANIFEST =
      DynamicMessage.getDefaultInstance(ModelProto.Manifest.getDescriptor());

  private static ManifestMessage read(byte[] bytes) throws Exception {
    return ManifestMessage.read(CodedInputStream.newInstance(bytes), ManifestFields.MANIFEST);
  }

  /** What a field of a message of protobuf holds, in the types that {@link ManifestMessage} has. */
  private static Object plain(Object value) {
    return switch (value) {
      case Message message -> plain(message);
      case EnumValueDescriptor number -> (long) number.getNumber();
      case Integer number -> Integer.toUnsignedLong(number);
      case Boolean flag -> flag ? 1L : 0L;
      case ByteString bytes -> HexFormat.of().formatHex(bytes.toByteArray());
      case List<?> list -> list.stream().map(ManifestMessageTest::plain).toList();
      default -> value;
    };
  }

  private static List<Object> plain(Message message) {
    List<Object> fields = new ArrayList<>();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      fields.add(field.hasPresence() ? message.hasField(field) : "always");
      fields.add(
          field.hasPresence() && !message.hasField(field)
              ? "absent"
              : plain(message.getField(field)));
    }
    return fields;
  }

  /** The same of a message that was read. */
  private static List<Object> plain(ManifestMessage message, Descriptor type) {
    List<Object> fields = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      int number = field.getNumber();
      boolean absent = field.hasPresence() && !message.has(number);
      fields.add(field.hasPresence() ? message.has(number) : "always");
      fields.add(absent ? "absent" : value(message, field));
    }
    return fields;
  }

  private static Object value(ManifestMessage message, FieldDescriptor field) {
    int number = field.getNumber();
    if (field.isRepeated()) {
      return switch (field.getJavaType()) {
        case STRING -> message.texts(number);
        case MESSAGE ->
            message.messages(number).stream()
                .<Object>map(one -> plain(one, field.getMessageType()))
                .toList();
        default -> message.numbers(number);
      };
    }
    return switch (field.getJavaType()) {
      case STRING -> message.text(number);
      case DOUBLE -> message.real(number);
      case BYTE_STRING -> plain(ByteString.copyFrom(message.bytes(number)));
      case MESSAGE -> plain(message.message(number), field.getMessageType());
      case BOOLEAN -> message.number(number) == 0 ? 0L : 1L;
      case INT, ENUM -> Integer.toUnsignedLong((int) message.number(number));
      default -> message.number(number);
    };
  }

  private static Message random(Message empty, Random random, int depth) {
    Message.Builder builder = empty.newBuilderForType();
    for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
      int count = field.isRepeated() ? random.nextInt(3) : random.nextInt(2);
      if (depth == 0 && field.getJavaType() == JavaType.MESSAGE) {
        continue;
      }
      for (int i = 0; i < count; i++) {
        Object value = random(builder, field, random, depth);
        if (field.isRepeated()) {
          builder.addRepeatedField(field, value);
        } else {
          builder.setField(field, value);
        }
      }
    }
    return builder.build();
  }

  private static Object random(
      Message.Builder builder, FieldDescriptor field, Random random, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> "text é " + random.nextInt(5);
      case LONG -> random.nextBoolean() ? random.nextLong() : (long) random.nextInt(3);
      case INT -> random.nextInt();
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> random.nextDouble();
      case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(4)]);
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE ->
          random(builder.newBuilderForField(field).getDefaultInstanceForType(), random, depth - 1);
      default -> throw new IllegalStateException(field.getFullName());
    };
  }

  @Test
  void randomMessagesAreThoseOfProtobuf() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      // Bytes one after the other are messages that are merged.
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int part = random.nextInt(3); part >= 0; part--) {
        random(MANIFEST, random, 4).writeTo(bytes);
      }
      Message expected =
          DynamicMessage.parseFrom(MANIFEST.getDescriptorForType(), bytes.toByteArray());
      assertThat(plain(read(bytes.toByteArray()), MANIFEST.getDescriptorForType()))
          .as("message %d", i)
          .isEqualTo(plain(expected));
    }
  }

  @Test
  void damagedMessagesAreRejectedAsByProtobuf() {
    Random random = new Random(6);
    int rejected = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = random(MANIFEST, random, 3).toByteArray();
      if (bytes.length == 0) {
        continue;
      }
      byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      boolean fails =
          fails(() -> DynamicMessage.parseFrom(MANIFEST.getDescriptorForType(), damaged));
      assertThat(fails(() -> read(damaged))).as("message %d", i).isEqualTo(fails);
      rejected += fails ? 1 : 0;
    }
    assertThat(rejected).isGreaterThan(500);
    assertThatThrownBy(() -> read(new byte[] {10, 1, (byte) 0xff}))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("UTF-8");
  }

  private static boolean fails(Callable<?> reading) {
    try {
      reading.call();
      return false;
    } catch (InvalidProtocolBufferException e) {
      return true;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
