package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.testkit.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Steps over matrices and higher arrays for each row, {@code [B, N, M]}, are planned, and equal
 * their definition: random operations with broadcasting along any axis.
 */
class MatrixStepsTest {
  private static final int I = 5;
  private static final int B = 3;

  static IntStream seeds() {
    return IntStream.range(0, Integer.getInteger("comporta.random.steps", 16));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aPlanOfRandomOperationsEqualsTheirDefinition(int seed) {
    int[] lengths = seed % 3 == 0 ? new int[] {2, 0, 4} : null;
    Problem problem =
        Problems.random(
            new RecurrentLayer(new RandomSteps(seed), seed % 2 == 1),
            Shape.of(4, B, I),
            lengths,
            true,
            seed);
    List<String> log = new ArrayList<>();
    TapeRun.of(problem, "reference", new PlanUnroller(log::add), Map.of());
    assertThat(log).as("reasons why there is no plan").isEmpty();
    Exactness.require(problem);
  }

  /** The values are those of a threshold, the gradient that of a logistic function. */
  @ParameterizedTest
  @EnumSource(Execution.class)
  void aStepHasAGradientOfItsOwn(Execution execution) {
    Cell threshold = OddCells.of((sum, _) -> sum.step().withGradientOf(sum.sigmoid()));
    Cell smooth = OddCells.of((sum, _) -> sum.sigmoid());
    Problem problem =
        Problems.random(
            new RecurrentLayer(threshold, false), Shape.of(1, B, OddCells.SIZE), null, true, 5);
    Map<String, float[]> cotangents =
        Map.of("y", Problems.normal(B * OddCells.SIZE, 1, 11, "cotangent"));
    LayerRunner.Products hard = TapeRun.of(problem, "reference", execution, cotangents);
    LayerRunner.Products soft =
        TapeRun.of(
            Problems.random(
                new RecurrentLayer(smooth, false), Shape.of(1, B, OddCells.SIZE), null, true, 5),
            "reference",
            execution,
            cotangents);
    for (float value : hard.outputs().get("y")) {
      assertThat(value).isIn(0f, 1f);
    }
    soft.gradients()
        .forEach((name, values) ->
            assertThat(hard.gradients().get(name)).as("gradient of " + name).isEqualTo(values));
  }

  /** A matrix N x M as the state, and random operations. */
  private record RandomSteps(int n, int m, int seed) implements Cell {
    RandomSteps(int seed) {
      this(1 + seed % 4, 2 * (1 + seed / 4 % 3), seed);
    }

    @Override
    public int inputSize() {
      return I;
    }

    @Override
    public int outputSize() {
      return m;
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("W", I, n * m),
          ParameterSpec.matrix("U", n * m, n),
          ParameterSpec.matrix("column", n, 1),
          ParameterSpec.matrix("table", n, m),
          ParameterSpec.matrix("V", m, m),
          ParameterSpec.bias("row", m));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("memory", n * m));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      int rows = x.shape().size(0);
      Random random = new Random(seed);
      Tensor memory = state.get("memory");
      List<Tensor> pool = new ArrayList<>();
      pool.add(memory.reshape(rows, n, m));
      pool.add(x.matmul(context.parameter("W")).reshape(rows, n, m));
      pool.add(memory.matmul(context.parameter("U")).reshape(rows, n, 1));
      pool.add(pool.getFirst().plus(context.parameter("row")));
      pool.add(context.parameter("column").times(pool.get(1)));
      pool.add(pool.get(2).minus(context.parameter("table")).sigmoid());
      for (int i = 0; i < 8; i++) {
        Tensor made = made(pool.get(random.nextInt(pool.size())), pool, context, random);
        if (made.shape().count() <= rows * n * m * 8) {
          pool.add(made);
        }
      }
      Tensor next = pool.getFirst().times(0.5f);
      for (Tensor each : pool) {
        Shape shape = each.shape();
        Tensor sum = each.reshape(rows, shape.count() / rows).mean(-1).reshape(rows, 1, 1);
        next = next.plus(sum.times(pool.get(random.nextInt(6)).tanh()));
      }
      next = next.tanh();
      Tensor output = next.sum(1).reshape(rows, m);
      return new Step(output, CellState.of("memory", next.reshape(rows, n * m)));
    }

    private Tensor made(Tensor x, List<Tensor> pool, StepContext context, Random random) {
      int axes = x.shape().rank();
      int axis = 1 + random.nextInt(axes - 1);
      int size = x.shape().size(axis);
      return switch (random.nextInt(21)) {
        case 0 -> x.tanh();
        case 1 -> x.sigmoid().complement();
        case 2 -> x.sum(axis).times(0.3f);
        case 3 -> x.softmax();
        case 4 -> x.maxLast();
        case 5 -> x.slice(axis, random.nextInt(size), size);
        case 6 -> x.concat(axis, x.negate(), x.slice(axis, 0, 1));
        case 7 -> x.tanh().shift(random.nextInt(3) - 1);
        case 8 -> reshaped(x, random);
        case 9 -> x.step().select(x.constant(Shape.of(), 0.5f), other(x, pool, random));
        case 10 -> x.minus(other(x, pool, random));
        case 11 -> x.tanh().times(other(x, pool, random).sigmoid());
        case 12 -> x.maximum(other(x, pool, random));
        case 13 -> x.erf();
        case 14 -> x.tanh().cumulativeSum().times(0.3f);
        case 15 -> x.tanh().gatherColumns(columns(x.shape().columns(), random));
        case 16 -> x.sigmoid().cumulativeProduct();
        case 17 -> x.times(x.topMask(1 + random.nextInt(2)));
        case 18 -> {
          Tensor left = x.shape().columns() == m ? x : pool.get(1);
          Tensor right = context.parameter("V");
          yield random.nextBoolean() ? left.matmul(right) : left.matmulTransposed(right);
        }
        case 19 -> {
          Tensor matrix = pool.getFirst().tanh();
          Tensor left = pool.get(1).sigmoid().rowsOf(m, n);
          yield left.batchMatmul(matrix).times(0.2f);
        }
        default -> x.apply(new Op.Pad(axis, 1, size + 2));
      };
    }

    /** Some columns, with repetitions and zeros. */
    private static Ids columns(int size, Random random) {
      int[] columns = random.ints(1 + random.nextInt(2 * size), -1, size).toArray();
      return new Ids(1, columns.length, columns);
    }

    private static Tensor reshaped(Tensor x, Random random) {
      int rows = x.shape().size(0);
      int width = x.shape().count() / rows;
      int columns = width % 2 == 0 ? 2 : 1;
      return switch (random.nextInt(3)) {
        case 0 -> x.reshape(rows, width / columns, columns);
        case 1 -> x.reshape(rows, columns, width / columns, 1);
        default -> x.reshape(rows, width);
      };
    }

    /** A value that can be combined with another, with broadcasting. */
    private static Tensor other(Tensor x, List<Tensor> pool, Random random) {
      List<Tensor> fitting = pool.stream().filter(it -> fits(x.shape(), it.shape())).toList();
      return fitting.get(random.nextInt(fitting.size()));
    }

    private static boolean fits(Shape a, Shape b) {
      if (a.rank() != b.rank()) {
        return false;
      }
      for (int i = 0; i < a.rank(); i++) {
        if (a.size(i) != b.size(i) && a.size(i) != 1 && b.size(i) != 1) {
          return false;
        }
      }
      return true;
    }
  }
}
