package dev.comporta.cells.plan.trace;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value of a traced step: a leaf or an operation on other values. Shapes of batched values have
 * {@link Trace#BATCH} as their first axis.
 */
public final class Node {
  /** The kind of a leaf. */
  public enum Leaf {
    /** The timestep's input. */
    INPUT,
    /** A part of the state before the timestep. */
    STATE,
    /** A parameter. */
    PARAMETER,
    /** A constant. */
    CONSTANT,
    /** A dropout mask sampled at every timestep. */
    STEP_MASK,
    /** A dropout mask sampled once per sequence. */
    SEQUENCE_MASK,
    /** A dropout mask of a parameter, sampled once for all rows. */
    PARAMETER_MASK,
    /** A memory. */
    MEMORY,
    /** The mask of a memory: 1 for positions that are not padding. */
    MEMORY_MASK,
    /** The cotangent of the output, in the backward program. */
    OUTPUT_COTANGENT,
    /** The cotangent of a part of the state after the timestep. */
    STATE_COTANGENT
  }

  /**
   * The dependencies of a value, ordered by how far it can be hoisted out of the loop over time.
   */
  public enum Dependence {
    /** Depends on parameters only: computed once. */
    SHARED,
    /** Depends on sequence masks: computed once, one row for each row of the batch. */
    SEQUENCE,
    /** Depends on memories and parameters: computed once, for each row of the batch. */
    MEMORY,
    /** Depends on inputs: computed for all timesteps at once. */
    INPUT,
    /** Depends on the state: computed timestep by timestep. */
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
  private final boolean joinsProducts;
  private boolean inLoop;

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
    this.joinsProducts = isInput() && (picksProducts() || combinesProducts());
    this.inLoop = dependence == Dependence.STATE || joinsProducts;
  }

  /**
   * Whether this is computed inside the loop: because it depends on the state, or because it
   * depends on inputs only and is computed element by element from products, so that only the
   * products are stored for all timesteps. {@link ScaledInputs} adds others.
   */
  public boolean isInLoop() {
    return inLoop;
  }

  /** Has a value that depends on inputs only computed inside the loop. */
  void moveIntoLoop() {
    inLoop = true;
  }

  boolean isInput() {
    return batched() && dependence == Dependence.INPUT;
  }

  /** Whether it consists of sums, slices and joins of products, and of other values. */
  private boolean picksProducts() {
    boolean sum = op instanceof Op.Binary binary && binary.function() == BinaryFunction.ADD;
    return (sum || op instanceof Op.Slice || op instanceof Op.Concat)
        && operands.stream().anyMatch(Node::isOfProducts);
  }

  /**
   * Whether it consists of element-wise functions of products and of nothing else that is computed
   * from inputs.
   */
  private boolean combinesProducts() {
    return isElementwise()
        && shape.rank() == 2
        && operands.stream().anyMatch(Node::isOfProducts)
        && operands.stream()
            .allMatch(operand ->
                !operand.isInput()
                    || operand.isOfProducts()
                    || (operand.leaf() != null && operand.shape().rank() == 2));
  }

  boolean isElementwise() {
    return op instanceof Op.Unary
        || op instanceof Op.Affine
        || op instanceof Op.Binary
        || op instanceof Op.Select;
  }

  private boolean isOfProducts() {
    return joinsProducts || isRowProduct();
  }

  /** Whether this is the product of one vector for each row of the batch with a matrix. */
  public boolean isRowProduct() {
    return op instanceof Op.MatMul product
        && !product.transposeLeft()
        && operands.getFirst().vectors() == 1;
  }

  /** How many vectors along the last axis a row has. */
  public int vectors() {
    return width() == 0 ? 1 : width() / shape.columns();
  }

  static Node leaf(int id, Leaf leaf, String name, float number, Shape shape, Dependence on) {
    return new Node(id, leaf, null, name, number, List.of(), shape, on);
  }

  public static Node operation(int id, Op op, List<Node> operands, Shape shape, Dependence on) {
    return new Node(id, null, op, op.label(), 0, operands, shape, on);
  }

  public int id() {
    return id;
  }

  /** The kind of the leaf, or null for an operation. */
  public @Nullable Leaf leaf() {
    return leaf;
  }

  /** The operation, or null for a leaf. */
  public @Nullable Op op() {
    return op;
  }

  /** The leaf's name, or the operation's label. */
  public String name() {
    return name;
  }

  /** The value of a constant, the rate of a mask. */
  public float number() {
    return number;
  }

  public List<Node> operands() {
    return operands;
  }

  public Shape shape() {
    return shape;
  }

  public Dependence dependence() {
    return dependence;
  }

  public boolean isConstant() {
    return leaf == Leaf.CONSTANT;
  }

  public boolean batched() {
    return shape.rank() > 0 && shape.size(0) == Trace.BATCH;
  }

  /** The number of elements per row. */
  public int width() {
    return batched() ? shape.count() / Trace.BATCH : shape.count();
  }

  @Override
  public String toString() {
    return id + ":" + name + shape;
  }
}
