package dev.comporta.tasks.programs;

import java.util.List;

/** What programs are made of. */
sealed interface Syntax {
  /** Something with a value. */
  sealed interface Expression extends Syntax {}

  /** Something that is done. */
  sealed interface Statement extends Syntax {
    /** Where it stands, from 1. */
    int line();
  }

  /** A number that is written out. */
  record Literal(long value) implements Expression {}

  /** The value of a variable. */
  record Variable(String name, int line) implements Expression {}

  /** Operands from left to right, as in {@code a + b - c}; long sums nest nothing. */
  record Chain(Expression first, List<Link> links) implements Expression {}

  /** An operator, one of + - *, and the operand on its right. */
  record Link(char operator, Expression operand) {}

  /** {@code then if condition else otherwise}. */
  record Conditional(Expression then, Comparison condition, Expression otherwise)
      implements Expression {}

  /** Two values and how they are compared: {@code < <= > >= == !=}. */
  record Comparison(Expression left, String operator, Expression right) implements Syntax {}

  /** {@code name = value}, or with an operator, {@code name += value}; a blank for the first. */
  record Assignment(String name, char operator, Expression value, int line) implements Statement {}

  /** {@code for name in range(count): body}. */
  record For(String name, Expression count, List<Statement> body, int line) implements Statement {}

  /** {@code while condition: body}. */
  record While(Comparison condition, List<Statement> body, int line) implements Statement {}

  /** {@code print(value)}. */
  record Print(Expression value, int line) implements Statement {}
}
