package dev.comporta.cells.plan.program;

/**
 * Columns of a parameter vector that start a sum.
 *
 * @param vector the vector
 * @param from the first column
 * @param width the number of columns
 */
public record Bias(Value vector, int from, int width) {}
