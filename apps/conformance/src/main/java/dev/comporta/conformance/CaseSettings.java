package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a case: a JSON object whose entries are read one by one. Entries that were not
 * read are refused; an entry of null counts as not given.
 */
final class CaseSettings {
  private final JsonNode object;
  private final Set<String> read = new LinkedHashSet<>();

  CaseSettings(JsonNode object) {
    this.object = object;
  }

  private @Nullable JsonNode value(String name) {
    read.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  boolean has(String name) {
    return value(name) != null;
  }

  int whole(String name) {
    JsonNode value = value(name);
    if (value == null || !value.canConvertToExactIntegral() || !value.canConvertToInt()) {
      throw wrong(name, "a whole number", value);
    }
    return value.intValue();
  }

  int whole(String name, int otherwise) {
    return has(name) ? whole(name) : otherwise;
  }

  double real(String name, double otherwise) {
    return read(name, otherwise, "a number", JsonNode::isNumber, JsonNode::doubleValue);
  }

  /** The order of a norm, 2 by default: a number, infinity, or the word {@code inf}. */
  double order(String name) {
    JsonNode value = value(name);
    return value != null && value.isTextual() && value.textValue().equals("inf")
        ? Double.POSITIVE_INFINITY
        : real(name, 2);
  }

  boolean flag(String name, boolean otherwise) {
    return read(name, otherwise, "true or false", JsonNode::isBoolean, JsonNode::booleanValue);
  }

  String text(String name, String otherwise) {
    return read(name, otherwise, "a word", JsonNode::isTextual, JsonNode::textValue);
  }

  private <T> T read(
      String name,
      T otherwise,
      String expected,
      Predicate<JsonNode> is,
      Function<JsonNode, T> get) {
    JsonNode value = value(name);
    if (value != null && !is.test(value)) {
      throw wrong(name, expected, value);
    }
    return value == null ? otherwise : get.apply(value);
  }

  /** The value if it is a word, otherwise an empty text. */
  String word(String name) {
    JsonNode value = value(name);
    return value != null && value.isTextual() ? value.textValue() : "";
  }

  /**
   * The family of a name such as {@code rmsprop_centered_momentum}: the longest of these that the
   * name is, or starts with before an underscore. The rest names one choice of settings.
   */
  String family(String name, String... families) {
    String text = text(name, "");
    return Arrays.stream(families)
        .filter(family -> text.equals(family) || text.startsWith(family + "_"))
        .max(Comparator.comparingInt(String::length))
        .orElseThrow(() -> unknown(name));
  }

  /** A list of numbers; a single number is a list of one. */
  double @Nullable [] reals(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    List<JsonNode> items = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(items::add);
    } else {
      items.add(value);
    }
    double[] numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!items.get(i).isNumber()) {
        throw wrong(name, "a list of numbers", value);
      }
      numbers[i] = items.get(i).doubleValue();
    }
    return numbers;
  }

  /** A list of whole numbers; a single number is a list of one. */
  int @Nullable [] wholes(String name) {
    double[] numbers = reals(name);
    if (numbers == null) {
      return null;
    }
    int[] wholes = new int[numbers.length];
    for (int i = 0; i < wholes.length; i++) {
      wholes[i] = (int) numbers[i];
      if (wholes[i] != numbers[i]) {
        throw wrong(name, "whole numbers", value(name));
      }
    }
    return wholes;
  }

  /** A nested object, empty if it was not given. */
  CaseSettings nested(String name) {
    JsonNode value = value(name);
    if (value != null && !value.isObject()) {
      throw wrong(name, "an object", value);
    }
    return new CaseSettings(value == null ? JsonNodeFactory.instance.objectNode() : value);
  }

  /** Marks settings that do not affect the results as read. */
  void ignore(String... names) {
    read.addAll(List.of(names));
  }

  CaseException unknown(String name) {
    return new CaseException(
        formatted("its setting %s = %s is not known here", name, object.get(name)));
  }

  void requireAllRead() {
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!read.contains(name) && !object.get(name).isNull()) {
        throw unknown(name);
      }
    }
  }

  private static CaseException wrong(String name, String expected, @Nullable JsonNode got) {
    return new CaseException(
        got == null
            ? formatted("it has no setting %s; expected %s", name, expected)
            : formatted("its setting %s is %s; expected %s", name, got, expected));
  }
}
