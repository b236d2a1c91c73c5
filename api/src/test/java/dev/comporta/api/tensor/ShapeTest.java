package dev.comporta.api.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private static void fails(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
  }

  @Test
  void countsRowsAndColumns() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.count()).isEqualTo(24);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.rows()).isEqualTo(6);
    assertThat(shape.columns()).isEqualTo(4);
    assertThat(shape.size(-1)).isEqualTo(4);
    assertThat(shape.index(-3)).isZero();
    assertThat(shape.with(1, 5)).isEqualTo(Shape.of(2, 5, 4));
    assertThat(shape.sizes()).containsExactly(2, 3, 4);
  }

  @Test
  void aScalarHasOneElement() {
    assertThat(Shape.of().count()).isEqualTo(1);
    assertThat(Shape.of().rows()).isEqualTo(1);
    assertThat(Shape.of().columns()).isEqualTo(1);
    assertThat(Shape.of()).hasToString("[]");
    assertThat(Shape.of(0, 3).count()).isZero();
  }

  @Test
  void namesAreForMessagesOnly() {
    Shape named = Shape.of(8, 32).named("batch", "hidden");
    assertThat(named).hasToString("[batch 8, hidden 32]").isEqualTo(Shape.of(8, 32));
    assertThat(named).hasSameHashCodeAs(Shape.of(8, 32));
    assertThat(named.axisName(1)).isEqualTo("hidden");
    assertThat(named.with(0, 4)).hasToString("[batch 4, hidden 32]");
  }

  @Test
  void broadcastAlignsAtTheEnd() {
    assertThat(Shape.of(5, 3).broadcast(Shape.of(3), "add")).isEqualTo(Shape.of(5, 3));
    assertThat(Shape.of(5, 1).broadcast(Shape.of(1, 4), "add")).isEqualTo(Shape.of(5, 4));
    assertThat(Shape.of().broadcast(Shape.of(2, 2), "add")).isEqualTo(Shape.of(2, 2));
    assertThat(Shape.of(0, 3).broadcast(Shape.of(1, 3), "add")).isEqualTo(Shape.of(0, 3));
    assertThat(Shape.of(5, 3).named("batch", "hidden").broadcast(Shape.of(3), "add"))
        .hasToString("[batch 5, hidden 3]");
  }

  @Test
  void reportsErrors() {
    fails(
        () -> Shape.of(2, -1),
        "[shape] expected sizes of zero or more but axis 1 is -1 in [2, -1]");
    fails(
        () -> Shape.of(65536, 65536),
        "[shape] [65536, 65536] has more than 2147483583 elements, the limit for one tensor; use smaller sizes");
    fails(
        () -> Shape.of(2, 3).named("batch"),
        "[shape] expected 2 axis names for [2, 3] but got [batch]");
    fails(
        () -> Shape.of(2, 3).size(2),
        "[shape] expected an axis between -2 and 1 of [2, 3] but got 2");
    fails(
        () -> Shape.of(8, 32).named("batch", "hidden").broadcast(Shape.of(31), "add"),
        "[add] expected operands that agree on every axis but got [batch 8, hidden 32] and [31] (axis 1: 32 against 31);"
            + " sizes must be equal, or one of them 1");
  }

  @Test
  void operationsReportWrongShapes() {
    fails(
        () ->
            new Op.MatMul(false, false)
                .resultShape(List.of(Shape.of(8, 31).named("batch", "input"), Shape.of(32, 128))),
        "[matmul] expected a right operand of 31 rows but got [batch 8, input 31] x [32, 128] (31 against 32); is the input size right?");
    fails(
        () -> new Op.Slice(1, 2, 9).resultShape(List.of(Shape.of(3, 8))),
        "[slice] expected a range inside 0 .. 8 of axis 1 of [3, 8] but got 2 .. 9");
    fails(
        () -> new Op.Concat(1).resultShape(List.of(Shape.of(3, 8), Shape.of(2, 8))),
        "[concat] expected operands that differ only in axis 1 but got [3, 8] and [2, 8]");
    fails(
        () -> new Op.Reshape(Shape.of(5)).resultShape(List.of(Shape.of(2, 3))),
        "[reshape] expected a shape of 6 elements like [2, 3] but got [5] with 5");
    assertThat(new Op.MatMul(false, true).resultShape(List.of(Shape.of(2, 3, 4), Shape.of(5, 4))))
        .isEqualTo(Shape.of(2, 3, 5));
    assertThat(new Op.MatMul(true, false).resultShape(List.of(Shape.of(2, 3, 4), Shape.of(6, 5))))
        .isEqualTo(Shape.of(4, 5));
  }

  @Test
  void idsMustFitIntoTheirArray() {
    fails(
        () -> new Ids(3, 2, new int[5]),
        "[ids] expected at least timesteps 3 x batch 2 = 6 ids but got 5");
    assertThat(new Ids(3, 2, new int[8]).count()).isEqualTo(6);
  }
}
