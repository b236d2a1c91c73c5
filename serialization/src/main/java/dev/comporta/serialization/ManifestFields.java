package dev.comporta.serialization;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the messages in {@code model.proto}. Protobuf knows them too, but takes a tenth of
 * a second to set up its descriptors in a new JVM, which reading does not need.
 */
final class ManifestFields {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;

  /** The largest number of a field. */
  static final int MOST = 8;

  static final String MANIFEST = "Manifest";

  private static final String VALUE = "Value";

  /**
   * One field.
   *
   * @param wireType that of one value
   * @param repeated whether there may be several
   * @param text whether it is a string
   * @param message the name of its message, or null
   * @param since the first format that has it
   */
  record Field(int wireType, boolean repeated, boolean text, @Nullable String message, int since) {
    /** Whether several values may be packed into one field. */
    boolean isPackable() {
      return repeated && wireType != BYTES;
    }
  }

  private static final Map<String, Map<Integer, Field>> MESSAGES = new HashMap<>();

  static {
    text(MANIFEST, 1);
    message(MANIFEST, 2, "Spec");
    messages(MANIFEST, 3, "Tensor");
    messages(MANIFEST, 4, "Vocabulary");
    message(MANIFEST, 5, "Provenance");
    messages(MANIFEST, 6, "Metric");
    message(MANIFEST, 7, "TrainingState");
    text("Spec", 1);
    messages("Spec", 2, "Option");
    text("Option", 1);
    message("Option", 2, VALUE);
    text(VALUE, 1);
    number(VALUE, 2);
    number(VALUE, 3);
    real(VALUE, 4);
    message(VALUE, 5, "Spec");
    message(VALUE, 6, "ValueList");
    messages("ValueList", 1, VALUE);
    text("Tensor", 1);
    number("Tensor", 2);
    put("Tensor", 3, new Field(VARINT, true, false, null, 1));
    number("Tensor", 4);
    number("Tensor", 5);
    bytes("Tensor", 6);
    put("Tensor", 7, new Field(VARINT, false, false, null, 2));
    text("Vocabulary", 1);
    text("Vocabulary", 2);
    put("Vocabulary", 3, new Field(BYTES, true, true, null, 1));
    text("Provenance", 1);
    text("Provenance", 2);
    number("Provenance", 3);
    text("Provenance", 4);
    bytes("Provenance", 5);
    message("Provenance", 6, "Spec");
    number("Provenance", 7);
    put("Provenance", 8, new Field(BYTES, true, false, "Provider", 2));
    for (int number = 1; number <= 4; number++) {
      text("Provider", number);
    }
    text("Metric", 1);
    real("Metric", 2);
    message("TrainingState", 1, "Spec");
    messages("TrainingState", 2, "Tensor");
    messages("TrainingState", 3, "Tensor");
  }

  private ManifestFields() {}

  private static void text(String message, int number) {
    put(message, number, new Field(BYTES, false, true, null, 1));
  }

  private static void bytes(String message, int number) {
    put(message, number, new Field(BYTES, false, false, null, 1));
  }

  private static void number(String message, int number) {
    put(message, number, new Field(VARINT, false, false, null, 1));
  }

  private static void real(String message, int number) {
    put(message, number, new Field(FIXED64, false, false, null, 1));
  }

  private static void message(String message, int number, String inner) {
    put(message, number, new Field(BYTES, false, false, inner, 1));
  }

  private static void messages(String message, int number, String inner) {
    put(message, number, new Field(BYTES, true, false, inner, 1));
  }

  private static void put(String message, int number, Field field) {
    MESSAGES.computeIfAbsent(message, _ -> new HashMap<>()).put(number, field);
  }

  /** Whether at most one field of a message is there, the last one that was written. */
  static boolean isChoice(String message) {
    return message.equals(VALUE);
  }

  /** The fields of a message by number. */
  static Map<Integer, Field> of(String message) {
    return MESSAGES.getOrDefault(message, Map.of());
  }
}
