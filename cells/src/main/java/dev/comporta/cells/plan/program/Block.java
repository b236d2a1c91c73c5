package dev.comporta.cells.plan.program;

/**
 * A block of the right operand of a product.
 *
 * @param value a matrix that depends on parameters only
 * @param transposed whether the product uses its transpose
 * @param row the first row of the block, in the product's orientation
 * @param rows rows of the block
 * @param column the first column of the block, in the product's orientation
 * @param columns columns of the block
 */
public record Block(Value value, boolean transposed, int row, int rows, int column, int columns) {
  /** The offset of the block in the stored matrix. */
  public int offset(int stride) {
    return transposed ? column * stride + row : row * stride + column;
  }
}
