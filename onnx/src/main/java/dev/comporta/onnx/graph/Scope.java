package dev.comporta.onnx.graph;

import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that a graph knows, those of the graphs around it included. */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Integer> slots = new HashMap<>();
  private final Map<String, Integer> captured = new LinkedHashMap<>();
  private @Nullable OnnxValue[] constants = new OnnxValue[16];
  private int count;

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** A slot for a new value; -1 if the name is taken. */
  int define(String name) {
    if (slots.containsKey(name)) {
      return -1;
    }
    if (count == constants.length) {
      constants = Arrays.copyOf(constants, 2 * count);
    }
    slots.put(name, count);
    return count++;
  }

  boolean knows(String name) {
    return slots.containsKey(name);
  }

  void set(int slot, OnnxValue constant) {
    constants[slot] = constant;
  }

  @Nullable OnnxValue constant(int slot) {
    return slot < 0 ? null : constants[slot];
  }

  /** The slot of a name: its own, or one that takes the value of a graph around it; or -1. */
  int find(String name) {
    Integer own = slots.get(name);
    if (own != null) {
      return own;
    }
    int outside = outer == null ? -1 : outer.find(name);
    if (outer == null || outside < 0) {
      return -1;
    }
    OnnxValue constant = outer.constant(outside);
    int slot = define(name);
    if (constant != null) {
      set(slot, constant);
    } else {
      captured.put(name, slot);
    }
    return slot;
  }

  /** The values of surrounding graphs that are read, and their slots here. */
  Map<String, Integer> captured() {
    return captured;
  }

  /** A copy of all slots, with the constants in them. */
  @Nullable OnnxValue[] constants() {
    return Arrays.copyOf(constants, count);
  }

  /** The number of slots. */
  int count() {
    return count;
  }

  /** The slots themselves: what a step writes there becomes a constant. */
  @Nullable OnnxValue[] slots() {
    return constants;
  }
}
