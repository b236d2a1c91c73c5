package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.serialization.proto.ModelProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Encodes specifications to protobuf and decodes them. */
final class SpecCodec {
  /** The maximum nesting of specifications and lists. */
  static final int MAX_NESTING = 24;

  private final Refusal refusal;

  SpecCodec(Refusal refusal) {
    this.refusal = refusal;
  }

  ModelProto.Spec encode(Spec spec) {
    return encode(spec, 1);
  }

  private ModelProto.Spec encode(Spec spec, int nesting) {
    checkNesting(nesting);
    ModelProto.Spec.Builder message = ModelProto.Spec.newBuilder().setName(text(spec.name()));
    spec.options()
        .forEach((name, value) ->
            message.addOptions(
                ModelProto.Option.newBuilder()
                    .setName(text(name))
                    .setValue(encodeValue(value, nesting))));
    return message.build();
  }

  private ModelProto.Value encodeValue(Object value, int nesting) {
    ModelProto.Value.Builder message = ModelProto.Value.newBuilder();
    switch (value) {
      case String text -> message.setText(text(text));
      case Boolean flag -> message.setFlag(flag);
      case Long whole -> message.setWhole(whole);
      case Double real -> message.setReal(real);
      case Spec spec -> message.setSpec(encode(spec, nesting + 1));
      case List<?> list -> {
        checkNesting(nesting + 1);
        ModelProto.ValueList.Builder values = ModelProto.ValueList.newBuilder();
        list.forEach(item -> values.addValues(encodeValue(item, nesting + 1)));
        message.setList(values);
      }
      default -> throw new IllegalStateException("Spec let through a " + value.getClass());
    }
    return message.build();
  }

  Spec decode(ManifestMessage message) {
    return decode(message, 1);
  }

  private Spec decode(ManifestMessage message, int nesting) {
    checkNesting(nesting);
    String specification = message.text(ModelProto.Spec.NAME_FIELD_NUMBER);
    name("a specification", specification);
    Map<String, Object> options = new LinkedHashMap<>();
    for (ManifestMessage option : message.messages(ModelProto.Spec.OPTIONS_FIELD_NUMBER)) {
      String name = option.text(ModelProto.Option.NAME_FIELD_NUMBER);
      name("an option of " + Text.quoted(specification), name);
      ManifestMessage value = option.message(ModelProto.Option.VALUE_FIELD_NUMBER);
      if (options.put(name, decodeValue(name, value, nesting)) != null) {
        throw refusal.invalid(
            formatted(
                "specification %s has two options %s",
                Text.quoted(specification), Text.quoted(name)));
      }
    }
    return new Spec(specification, options);
  }

  private Object decodeValue(String option, ManifestMessage value, int nesting) {
    if (value.has(ModelProto.Value.TEXT_FIELD_NUMBER)) {
      return value.text(ModelProto.Value.TEXT_FIELD_NUMBER);
    }
    if (value.has(ModelProto.Value.FLAG_FIELD_NUMBER)) {
      return value.number(ModelProto.Value.FLAG_FIELD_NUMBER) != 0;
    }
    if (value.has(ModelProto.Value.WHOLE_FIELD_NUMBER)) {
      return value.number(ModelProto.Value.WHOLE_FIELD_NUMBER);
    }
    if (value.has(ModelProto.Value.REAL_FIELD_NUMBER)) {
      return value.real(ModelProto.Value.REAL_FIELD_NUMBER);
    }
    if (value.has(ModelProto.Value.SPEC_FIELD_NUMBER)) {
      return decode(value.message(ModelProto.Value.SPEC_FIELD_NUMBER), nesting + 1);
    }
    if (value.has(ModelProto.Value.LIST_FIELD_NUMBER)) {
      checkNesting(nesting + 1);
      List<Object> items = new ArrayList<>();
      value
          .message(ModelProto.Value.LIST_FIELD_NUMBER)
          .messages(ModelProto.ValueList.VALUES_FIELD_NUMBER)
          .forEach(item -> items.add(decodeValue(option, item, nesting + 1)));
      return List.copyOf(items);
    }
    throw refusal.invalid(formatted("option %s has no value", Text.quoted(option)));
  }

  private void checkNesting(int nesting) {
    if (nesting > MAX_NESTING) {
      throw refusal.invalid(
          formatted("a specification is nested deeper than %d levels", MAX_NESTING));
    }
  }

  /** Checks that a text can be encoded as UTF-8. */
  String text(String text) {
    if (!Text.isWellFormed(text)) {
      throw refusal.invalid(
          formatted(
              "expected valid Unicode text but %s has an unpaired surrogate", Text.quoted(text)));
    }
    return text;
  }

  /** Checks that a name is not empty, not too long and safe to print on a terminal. */
  String name(String what, String name) {
    if (name.isEmpty() || name.length() > ManifestCodec.MAX_NAME || Text.hasUnprintable(name)) {
      throw refusal.invalid(
          formatted(
              "expected the name of %s to have 1 to %d printable characters but got %s (%d characters)",
              what, ManifestCodec.MAX_NAME, Text.quoted(name), name.length()));
    }
    return name;
  }
}
