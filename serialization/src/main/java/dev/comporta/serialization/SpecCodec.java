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

  Spec decode(ModelProto.Spec message) {
    return decode(message, 1);
  }

  private Spec decode(ModelProto.Spec message, int nesting) {
    checkNesting(nesting);
    name("a specification", message.getName());
    Map<String, Object> options = new LinkedHashMap<>();
    for (ModelProto.Option option : message.getOptionsList()) {
      name("an option of " + Text.quoted(message.getName()), option.getName());
      if (options.put(option.getName(), decodeValue(option, option.getValue(), nesting)) != null) {
        throw refusal.invalid(
            formatted(
                "specification %s has two options %s",
                Text.quoted(message.getName()), Text.quoted(option.getName())));
      }
    }
    return new Spec(message.getName(), options);
  }

  private Object decodeValue(ModelProto.Option option, ModelProto.Value value, int nesting) {
    return switch (value.getValueCase()) {
      case TEXT -> value.getText();
      case FLAG -> value.getFlag();
      case WHOLE -> value.getWhole();
      case REAL -> value.getReal();
      case SPEC -> decode(value.getSpec(), nesting + 1);
      case LIST -> {
        checkNesting(nesting + 1);
        List<Object> items = new ArrayList<>();
        value
            .getList()
            .getValuesList()
            .forEach(v -> items.add(decodeValue(option, v, nesting + 1)));
        yield List.copyOf(items);
      }
      case VALUE_NOT_SET ->
          throw refusal.invalid(formatted("option %s has no value", Text.quoted(option.getName())));
    };
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
