package dev.comporta.cells.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The storage that a program needs, by number. */
final class Buffers {
  /** What a buffer holds. */
  enum Kind {
    /** Values of all timesteps, made by the program. */
    TIMESTEPS,
    /** A part of the state, before the first and after every timestep. */
    STATE,
    /** The cotangent of a part of the state. */
    STATE_COTANGENT,
    /** The cotangent of the output at all timesteps. */
    OUTPUT_COTANGENT,
    /** Values of all timesteps, computed before the loop. */
    BEFORE,
    /** A mask of the sequence. */
    SEQUENCE_MASK,
    /** A value of memories alone, rows in the order of the run. */
    MEMORY,
    /** The gradient of a value of memories. */
    MEMORY_GRADIENT,
    /** The gradient of a parameter vector, one for each row of the batch. */
    ROW_GRADIENT,
    /** One number for each position of a memory at all timesteps. */
    POSITIONS,
    /** A state of positions, before the first and after every timestep. */
    PAST,
    /** The cotangent of a state of positions, as the next timestep left it. */
    PAST_COTANGENT,
    /** The same for the timestep before. */
    PAST_COTANGENT_NEXT,
    /** A parameter vector. */
    VECTOR,
    /** Scratch of a task, one row for each row of its tile. */
    TILE,
    /** Scratch of a task, one row for each row of a piece of its tile. */
    PIECE
  }

  /**
   * One buffer.
   *
   * @param kind what it holds
   * @param width columns
   * @param key what it belongs to: a state's name or a node, else the empty text
   */
  record Buffer(Kind kind, int width, Object key) {}

  private final List<Buffer> all = new ArrayList<>();
  private final Map<List<Object>, Integer> keyed = new HashMap<>();

  int add(Kind kind, int width) {
    all.add(new Buffer(kind, width, ""));
    return all.size() - 1;
  }

  /** The buffer of a key, made once. */
  int of(Kind kind, int width, Object key) {
    return keyed.computeIfAbsent(
        List.of(kind, key),
        absent -> {
          all.add(new Buffer(kind, width, key));
          return all.size() - 1;
        });
  }

  List<Buffer> all() {
    return all;
  }

  /** The buffers of a kind by their keys. */
  Map<Object, Integer> keys(Kind kind) {
    Map<Object, Integer> found = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).kind() == kind) {
        found.put(all.get(i).key(), i);
      }
    }
    return found;
  }
}
