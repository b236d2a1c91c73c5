package dev.comporta.exchange.arrays;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import java.util.ArrayList;
import java.util.List;

/** Nested lists of numbers as arrays; every list of a level has the same length. */
final class JsonArrays {
  private static final int MOST_AXES = 4;

  private JsonArrays() {}

  static ForeignTensor read(Input file, String name, JsonNode node) {
    List<Integer> sizes = new ArrayList<>();
    for (JsonNode level = node; level.isArray(); level = level.path(0)) {
      sizes.add(level.size());
    }
    int[] shape = sizes.stream().mapToInt(Integer::intValue).toArray();
    long count = ForeignTensor.count(shape);
    // Every number is at least one digit and a comma.
    if (shape.length > MOST_AXES || count < 0 || count > file.bytes().length) {
      throw file.refuse(
          "the lists of " + Printable.quoted(name) + " are nested too deeply or damaged");
    }
    float[] values = new float[(int) count];
    int end = fill(file, name, node, shape, 0, values, 0);
    if (end != values.length) {
      throw file.refuse("the lists of " + Printable.quoted(name) + " have different lengths");
    }
    return new ForeignTensor(name, shape, values);
  }

  private static int fill(
      Input file, String name, JsonNode node, int[] shape, int axis, float[] values, int at) {
    if (axis == shape.length) {
      if (!node.isNumber()) {
        throw file.refuse(
            formatted("%s has an element that is not a number", Printable.quoted(name)));
      }
      values[at] = node.floatValue();
      return at + 1;
    }
    if (!node.isArray() || node.size() != shape[axis]) {
      throw file.refuse("the lists of " + Printable.quoted(name) + " have different lengths");
    }
    int next = at;
    for (JsonNode inner : node) {
      next = fill(file, name, inner, shape, axis + 1, values, next);
    }
    return next;
  }
}
