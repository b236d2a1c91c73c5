package dev.comporta.tensor;

import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static dev.comporta.testkit.backend.Samples.assertWithin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.testkit.ExactTensor;
import dev.comporta.testkit.backend.Samples;
import dev.comporta.testkit.backend.Tolerance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the tape with element-by-element index arithmetic for all broadcastable pairs of shapes
 * with up to three axes of size 0, 1, 2 and 3.
 */
class BroadcastTest {
  private static final List<Shape> SHAPES = shapes();

  private static List<Shape> shapes() {
    List<Shape> all = new ArrayList<>(List.of(Shape.of()));
    for (int a = 0; a <= 3; a++) {
      all.add(Shape.of(a));
      for (int b = 0; b <= 3; b++) {
        all.add(Shape.of(a, b));
        for (int c = 0; c <= 3; c++) {
          all.add(Shape.of(a, b, c));
        }
      }
    }
    return all;
  }

  private static boolean stretches(Shape small, Shape large) {
    try {
      return small.broadcast(large, "test").equals(large);
    } catch (ShapeException e) {
      return false;
    }
  }

  private static boolean meet(Shape a, Shape b) {
    try {
      return a.broadcast(b, "test").rank() >= 0;
    } catch (ShapeException e) {
      return false;
    }
  }

  private static void compare(TensorBackend backend, Op op, Shape... shapes) {
    Tape tape = new Tape(backend, Workers.ALONE);
    Tensor[] tensors = new Tensor[shapes.length];
    Tensor[] exact = new Tensor[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      float[] values = Samples.gaussian(i, shapes[i].count());
      for (int j = 0; op instanceof Op.Select && i == 0 && j < values.length; j++) {
        values[j] = j % 2;
      }
      tensors[i] = tape.constant(shapes[i], Samples.surrounded(values, 3), 3);
      exact[i] = ExactTensor.of(shapes[i], values);
    }
    Tensor got = tensors[0].apply(op, rest(tensors));
    Tensor expected = exact[0].apply(op, rest(exact));
    assertThat(got.shape()).isEqualTo(expected.shape());
    String where = op + " of " + List.of(shapes);
    if (op instanceof Op.SumTo) {
      for (int i = 0; i < expected.shape().count(); i++) {
        // at most 27 terms of a few units each
        double tolerance = Tolerance.sum(27, 100);
        assertWithin(
            ((ExactTensor) expected).values()[i], got.toArray()[i], tolerance, () -> where);
      }
    } else {
      assertSameBits(expected.toArray(), got.toArray(), () -> where);
    }
  }

  private static Tensor[] rest(Tensor[] tensors) {
    return List.of(tensors).subList(1, tensors.length).toArray(new Tensor[0]);
  }

  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void everyPairOfShapes(TensorBackend backend) {
    int pairs = 0;
    for (Shape a : SHAPES) {
      for (Shape b : SHAPES) {
        if (meet(a, b)) {
          compare(backend, new Op.Binary(BinaryFunction.SUBTRACT), a, b);
          pairs++;
        }
        if (stretches(a, b)) {
          compare(backend, new Op.BroadcastTo(b), a);
          compare(backend, new Op.SumTo(a), b);
        }
      }
    }
    assertThat(pairs).isGreaterThan(1000);
  }

  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void everyTripleOfShapesThatSelects(TensorBackend backend) {
    List<Shape> few =
        List.of(
            Shape.of(),
            Shape.of(1),
            Shape.of(3),
            Shape.of(2, 1),
            Shape.of(2, 3),
            Shape.of(4, 1, 1),
            Shape.of(4, 2, 1),
            Shape.of(1, 2, 3),
            Shape.of(4, 1, 3),
            Shape.of(4, 2, 3));
    for (Shape condition : few) {
      for (Shape a : few) {
        for (Shape b : few) {
          compare(backend, new Op.Select(), condition, a, b);
        }
      }
    }
  }
}
