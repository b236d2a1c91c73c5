package dev.comporta.onnx.export;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of an exported graph: an operation on it adds nodes to the graph. */
final class Symbol implements Tensor {
  private final SymbolGraph graph;
  private final String name;
  private final Shape shape;
  private final @Nullable Float uniform;
  private final float @Nullable [] weights;

  Symbol(
      SymbolGraph graph,
      String name,
      Shape shape,
      @Nullable Float uniform,
      float @Nullable [] weights) {
    this.graph = graph;
    this.name = name;
    this.shape = shape;
    this.uniform = uniform;
    this.weights = weights;
  }

  /** The name of the value in the graph. */
  String name() {
    if (weights != null) {
      graph.store(name, shape, weights);
    }
    return name;
  }

  /** The value of all elements, if it is known. */
  @Nullable Float uniform() {
    return uniform;
  }

  /** The name of the transpose of weights. */
  String transposedName() {
    return name + ".transposed";
  }

  /** The elements, if they are weights. */
  float @Nullable [] weights() {
    return weights;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Tensor apply(Op op, Tensor... others) {
    List<Symbol> operands = new ArrayList<>(List.of(this));
    for (Tensor other : others) {
      operands.add((Symbol) other);
    }
    Shape result = op.resultShape(operands.stream().map(Symbol::shape).toList());
    return graph.apply(op, operands, result);
  }

  @Override
  public float[] toArray() {
    throw new UntraceableException("the values of a symbol are not known when it is exported");
  }

  @Override
  public Tensor constant(Shape of, float value) {
    return graph.constant(of, value);
  }
}
