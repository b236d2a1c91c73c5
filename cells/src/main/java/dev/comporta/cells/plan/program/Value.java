package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import java.util.List;

/**
 * A value that a run computes on its tape, outside the loop, because it does not depend on the
 * state: a parameter, the input, a memory, a dropout mask, or an operation on such values. Values
 * are compared by identity; a compiled step has one object for each.
 */
public final class Value {
  /** Where a value comes from. */
  public sealed interface Source {
    /** Its name in descriptions of plans. */
    String label();
  }

  /** The input, all timesteps. */
  public record Input() implements Source {
    @Override
    public String label() {
      return "x";
    }
  }

  /** A parameter of the cell. */
  public record Parameter(String name) implements Source {
    @Override
    public String label() {
      return name;
    }
  }

  /** A number everywhere. */
  public record Constant(float number) implements Source {
    @Override
    public String label() {
      return "constant";
    }
  }

  /** A memory. */
  public record Memory(String name) implements Source {
    @Override
    public String label() {
      return name;
    }
  }

  /** The mask of the memories that share an axis of positions: 0 at padding. */
  public record MemoryMask(int axis) implements Source {
    @Override
    public String label() {
      return "mask of positions";
    }
  }

  /** How often a dropout mask is sampled. */
  public enum Sampled {
    /** At every timestep. */
    EACH_TIMESTEP,
    /** Once for each sequence. */
    EACH_SEQUENCE,
    /** Once for all rows, because it is the mask of a parameter. */
    ONCE
  }

  /** A dropout mask. */
  public record Dropout(Sampled sampled, String name, float rate) implements Source {
    @Override
    public String label() {
      return name;
    }
  }

  /**
   * An operation on other values.
   *
   * @param op the operation, with the sizes that it was traced with
   * @param operands the operands
   * @param ofMemories whether it reads memories, so that its rows are those of the batch and not
   *     those of all timesteps
   */
  public record Operation(Op op, List<Value> operands, boolean ofMemories) implements Source {
    @Override
    public String label() {
      return op.label();
    }
  }

  private final Source source;
  private final Sizes sizes;
  private final int width;

  /**
   * Creates a value.
   *
   * @param source where it comes from
   * @param sizes its shape
   * @param width the number of elements per row
   */
  public Value(Source source, Sizes sizes, int width) {
    this.source = source;
    this.sizes = sizes;
    this.width = width;
  }

  /** Where the value comes from. */
  public Source source() {
    return source;
  }

  /** Its shape. */
  public Sizes sizes() {
    return sizes;
  }

  /** The number of elements per row. */
  public int width() {
    return width;
  }

  /** Whether this is the input. */
  public boolean isInput() {
    return source instanceof Input;
  }

  /** Adapts the operation that computes this value to the sizes of a run. */
  public Op op(Operation operation, int rows, int[] positions) {
    Shape shape = sizes.at(rows, positions);
    return switch (operation.op()) {
      case Op.SumTo _ -> new Op.SumTo(shape);
      case Op.BroadcastTo _ -> new Op.BroadcastTo(shape);
      case Op.Reshape _ -> new Op.Reshape(shape);
      case Op op -> op;
    };
  }

  @Override
  public String toString() {
    return source.label() + sizes.traced();
  }
}
