package dev.comporta.cells.plan.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbered buffers of a program. */
public final class Buffers {
  /** The contents of a buffer. */
  public enum Kind {
    /** Values of all timesteps, computed by the program. */
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
    /** A value that depends on memories only, with rows in the order of the run. */
    MEMORY,
    /** The gradient of a value of memories. */
    MEMORY_GRADIENT,
    /** The gradient of a parameter vector, one for each row of the batch. */
    ROW_GRADIENT,
    /** One number for each position of a memory at all timesteps. */
    POSITIONS,
    /** A state of positions, before the first and after every timestep. */
    PAST,
    /** The cotangent of a state of positions from the next timestep. */
    PAST_COTANGENT,
    /** The cotangent of a state of positions for the previous timestep. */
    PAST_COTANGENT_NEXT,
    /** A parameter vector. */
    VECTOR,
    /** Scratch memory of a task, one row for each row of its tile. */
    TILE,
    /** Scratch memory of a task, one row for each row of a block of its tile. */
    PIECE
  }

  /**
   * One buffer.
   *
   * @param kind the contents
   * @param width the number of columns
   * @param key the owner: a state's name or a node, otherwise the empty string
   */
  public record Buffer(Kind kind, int width, Object key) {}

  private final List<Buffer> all = new ArrayList<>();
  private final Map<List<Object>, Integer> keyed = new HashMap<>();

  int add(Kind kind, int width) {
    all.add(new Buffer(kind, width, ""));
    return all.size() - 1;
  }

  /** The buffer of a key, which is created on first use. */
  int of(Kind kind, int width, Object key) {
    return keyed.computeIfAbsent(
        List.of(kind, key),
        absent -> {
          all.add(new Buffer(kind, width, key));
          return all.size() - 1;
        });
  }

  public List<Buffer> all() {
    return all;
  }

  /** The buffers of a kind by their keys. */
  public Map<Object, Integer> keys(Kind kind) {
    Map<Object, Integer> found = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).kind() == kind) {
        found.put(all.get(i).key(), i);
      }
    }
    return found;
  }
}
