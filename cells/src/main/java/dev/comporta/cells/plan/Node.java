package dev.comporta.cells.plan;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value of a traced step: a leaf or an operation on other values. Shapes of batched values have
 * {@link Trace#BATCH} as their first axis.
 */
final class Node {
  /** What a leaf stands for. */
  enum Leaf {
    /** The timestep's input. */
    INPUT,
    /** A part of the state before the timestep. */
    STATE,
    /** A parameter. */
    PARAMETER,
    /** A number repeated. */
    CONSTANT,
    /** A dropout mask drawn at every timestep. */
    STEP_MASK,
    /** A dropout mask drawn once for each sequence. */
    SEQUENCE_MASK,
    /** A dropout mask of a parameter, drawn once for all rows. */
    PARAMETER_MASK,
    /** A memory. */
    MEMORY,
    /** Where a memory has positions that are not padding. */
    MEMORY_MASK,
    /** The cotangent of the output, in the backward program. */
    OUTPUT_COTANGENT,
    /** The cotangent of a part of the state after the timestep. */
    STATE_COTANGENT
  }

  /** What a value depends on, in the order in which it can be taken out of the loop over time. */
  enum Dependence {
    /** On parameters alone: computed once. */
    SHARED,
    /** On masks of the sequence: computed once, one row for each row of the batch. */
    SEQUENCE,
    /** On memories and parameters: computed once, for each row of the batch. */
    MEMORY,
    /** On inputs: computed for all timesteps at once. */
    INPUT,
    /** On the state: computed timestep by timestep. */
    STATE
  }

  private final int id;
  private final @Nullable Leaf leaf;
  private final @Nullable Op op;
  private final String name;
  private final float number;
  private final List<Node> operands;
  private final Shape shape;
  private final Dependence dependence;

  private Node(
      int id,
      @Nullable Leaf leaf,
      @Nullable Op op,
      String name,
      float number,
      List<Node> operands,
      Shape shape,
      Dependence dependence) {
    this.id = id;
    this.leaf = leaf;
    this.op = op;
    this.name = name;
    this.number = number;
    this.operands = operands;
    this.shape = shape;
    this.dependence = dependence;
  }

  static Node leaf(int id, Leaf leaf, String name, float number, Shape shape, Dependence on) {
    return new Node(id, leaf, null, name, number, List.of(), shape, on);
  }

  static Node operation(int id, Op op, List<Node> operands, Shape shape, Dependence on) {
    return new Node(id, null, op, op.label(), 0, operands, shape, on);
  }

  int id() {
    return id;
  }

  /** What the leaf stands for, or null for an operation. */
  @Nullable Leaf leaf() {
    return leaf;
  }

  /** The operation, or null for a leaf. */
  @Nullable Op op() {
    return op;
  }

  /** The leaf's name, or the operation's label. */
  String name() {
    return name;
  }

  /** The value of a constant, the rate of a mask. */
  float number() {
    return number;
  }

  List<Node> operands() {
    return operands;
  }

  Shape shape() {
    return shape;
  }

  Dependence dependence() {
    return dependence;
  }

  boolean isConstant() {
    return leaf == Leaf.CONSTANT;
  }

  boolean batched() {
    return shape.rank() > 0 && shape.size(0) == Trace.BATCH;
  }

  /** Elements of one row. */
  int width() {
    return batched() ? shape.count() / Trace.BATCH : shape.count();
  }

  @Override
  public String toString() {
    return id + ":" + name + shape;
  }
}
