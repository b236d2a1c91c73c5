package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.comporta.serialization.ManifestFields.Field;
import dev.comporta.serialization.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of fields is that of {@code model.proto}, comments on formats included. */
class ManifestFieldsTest {
  private static final Pattern LINE =
      Pattern.compile("^message (\\w+)|^ *// From format (\\d)|= (\\d+);$", Pattern.MULTILINE);

  /** The format that each field after a comment "From format N" is in. */
  private static Map<String, Integer> newer() throws IOException {
    Path proto =
        Path.of(System.getProperty("basedir", ""), "src/main/protobuf/comporta/model.proto");
    Map<String, Integer> newer = new TreeMap<>();
    String message = "";
    int format = 1;
    Matcher matcher = LINE.matcher(Files.readString(proto));
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        message = matcher.group(1);
        format = 1;
      } else if (matcher.group(2) != null) {
        format = Integer.parseInt(matcher.group(2));
      } else {
        if (format > 1) {
          newer.put(message + " " + matcher.group(3), format);
        }
        format = 1;
      }
    }
    return newer;
  }

  @Test
  void theTableIsThatOfProtobuf() throws IOException {
    Map<String, Integer> newer = newer();
    assertThat(newer).containsEntry("Tensor 7", 2).containsEntry("Provenance 8", 2);
    int fields = 0;
    int most = 0;
    for (Descriptor message : ModelProto.getDescriptor().getMessageTypes()) {
      Map<Integer, Field> table = ManifestFields.of(message.getName());
      assertThat(table).as(message.getName()).hasSameSizeAs(message.getFields());
      for (FieldDescriptor field : message.getFields()) {
        String name = message.getName() + " " + field.getNumber();
        assertThat(table.get(field.getNumber()))
            .as(name)
            .isEqualTo(
                new Field(
                    field.getLiteType().getWireType(),
                    field.isRepeated(),
                    field.getJavaType() == JavaType.STRING,
                    field.getJavaType() == JavaType.MESSAGE
                        ? field.getMessageType().getName()
                        : null,
                    newer.getOrDefault(name, 1)));
        assertThat(table.get(field.getNumber()).isPackable())
            .as(name)
            .isEqualTo(field.isPackable());
        fields++;
        most = Math.max(most, field.getNumber());
      }
    }
    assertThat(fields).isGreaterThan(40);
    assertThat(most).isEqualTo(ManifestFields.MOST);
    assertThat(ManifestFields.of("Unknown")).isEmpty();
  }
}
