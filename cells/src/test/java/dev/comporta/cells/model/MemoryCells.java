package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cells that read memories in their steps in different ways, as third parties may write them. */
final class MemoryCells {
  static final int I = 5;
  static final int H = 6;
  static final int K = 7;
  static final int A = 9;

  private MemoryCells() {}

  /** Computes the next state. */
  interface Body {
    Tensor next(Tensor x, Tensor h, StepContext context);
  }

  /** A cell whose only state part {@code h} is its output. */
  record Simple(String name, List<String> memories, List<ParameterSpec> parameters, Body body)
      implements Cell {
    @Override
    public int inputSize() {
      return I;
    }

    @Override
    public int outputSize() {
      return H;
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", H));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor h = body.next(x, state.get("h"), context);
      return new Step(h, CellState.of("h", h));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A cell that also has a state of positions, {@code past}. */
  record Seeing(String name, List<ParameterSpec> parameters, SeeingBody body) implements Cell {
    @Override
    public int inputSize() {
      return I;
    }

    @Override
    public int outputSize() {
      return H;
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", H), StateSpec.positions("past", "keys"));
    }

    @Override
    public List<String> memories() {
      return List.of("keys");
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      return body.step(x, state.get("h"), state.get("past"), context);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A step with a state of positions. */
  interface SeeingBody {
    Cell.Step step(Tensor x, Tensor h, Tensor past, StepContext context);
  }

  /** All cells. */
  static List<Cell> all() {
    return List.of(
        additive(),
        dot(),
        hops(),
        vector(),
        shared(),
        two(),
        maximum(),
        joined(),
        gated(),
        past(),
        sums());
  }

  private static List<ParameterSpec> matrices(Object... namesAndSizes) {
    List<ParameterSpec> all = new ArrayList<>();
    for (int i = 0; i < namesAndSizes.length; i += 3) {
      all.add(
          ParameterSpec.matrix(
              (String) namesAndSizes[i],
              (Integer) namesAndSizes[i + 1],
              (Integer) namesAndSizes[i + 2]));
    }
    return all;
  }

  private static Tensor softmax(Tensor scores, @Nullable Tensor mask) {
    if (mask == null) {
      return scores.softmax();
    }
    Tensor least = scores.constant(Shape.of(), -Float.MAX_VALUE);
    Tensor zero = scores.constant(Shape.of(), 0);
    return mask.select(mask.select(scores, least).softmax(), zero);
  }

  private static Tensor context(Tensor weights, Tensor keys) {
    int batch = keys.shape().size(0);
    return weights
        .reshape(batch, keys.shape().size(1), 1)
        .times(keys)
        .sum(1)
        .reshape(batch, keys.shape().size(2));
  }

  private static Tensor dots(Tensor query, Tensor keys) {
    Shape shape = keys.shape();
    return keys.times(query.reshape(shape.size(0), 1, shape.size(2)))
        .sum(-1)
        .reshape(shape.size(0), shape.size(1));
  }

  /** Bahdanau's: the keys are projected in the step, which a plan does once. */
  static Cell additive() {
    List<ParameterSpec> parameters =
        matrices("Q", H, A, "P", K, A, "v", A, 1, "W", I, H, "U", H, H, "C", K, H);
    parameters = new ArrayList<>(parameters);
    parameters.add(ParameterSpec.bias("b", A));
    return new Simple(
        "additive",
        List.of("keys"),
        parameters,
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          int batch = keys.shape().size(0);
          int positions = keys.shape().size(1);
          Tensor q = h.matmul(context.parameter("Q")).reshape(batch, 1, A);
          Tensor hidden =
              keys.matmul(context.parameter("P")).plus(q).plus(context.parameter("b")).tanh();
          Tensor scores = hidden.matmul(context.parameter("v")).reshape(batch, positions);
          Tensor weights = context.observe("weights", softmax(scores, context.memoryMask("keys")));
          Tensor c = context(weights, keys);
          return x.matmul(context.parameter("W"))
              .plus(h.matmul(context.parameter("U")))
              .plus(c.matmul(context.parameter("C")))
              .tanh();
        });
  }

  /** Luong's, on the new state. */
  static Cell dot() {
    return new Simple(
        "dot",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "C", H + K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor next = x.matmul(context.parameter("W")).plus(h).tanh();
          Tensor scores = dots(next.matmul(context.parameter("Q")), keys).times(0.4f);
          Tensor c = context(softmax(scores, context.memoryMask("keys")), keys);
          return next.concat(-1, c).matmul(context.parameter("C")).tanh();
        });
  }

  /** Two reads, the second with the result of the first. */
  static Cell hops() {
    return new Simple(
        "hops",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "R", K, K, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor mask = context.memoryMask("keys");
          Tensor q = h.plus(x.matmul(context.parameter("W"))).matmul(context.parameter("Q"));
          Tensor first = context(softmax(dots(q, keys), mask), keys);
          Tensor second =
              context(softmax(dots(first.matmul(context.parameter("R")), keys), mask), keys);
          return second.times(first).matmul(context.parameter("C")).tanh();
        });
  }

  /** A vector per row, as in an encoder-decoder without attention. */
  static Cell vector() {
    return new Simple(
        "vector",
        List.of("summary"),
        matrices("W", I, H, "U", H + K, H, "C", K, H, "D", K, H),
        (x, h, context) -> {
          Tensor summary = context.memory("summary");
          Tensor gate = summary.matmul(context.parameter("D")).sigmoid();
          return x.matmul(context.parameter("W"))
              .plus(h.concat(-1, summary).matmul(context.parameter("U")))
              .plus(summary.matmul(context.parameter("C")))
              .tanh()
              .times(gate);
        });
  }

  /** Parameters that are combined with every position: a scale, a shift and a scalar. */
  static Cell shared() {
    List<ParameterSpec> parameters = new ArrayList<>(matrices("W", I, H, "Q", H, K, "C", K, H));
    parameters.add(ParameterSpec.bias("scale", K));
    parameters.add(ParameterSpec.bias("number", 1));
    return new Simple(
        "shared",
        List.of("keys"),
        parameters,
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          int batch = keys.shape().size(0);
          Tensor q = h.matmul(context.parameter("Q")).reshape(batch, 1, K);
          Tensor hidden =
              keys.times(q)
                  .times(context.parameter("scale"))
                  .plus(context.parameter("number"))
                  .sigmoid();
          Tensor scores = hidden.sum(-1).reshape(batch, keys.shape().size(1));
          Tensor c = context(softmax(scores, context.memoryMask("keys")), keys.times(hidden));
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }

  /** Two memories of different lengths. */
  static Cell two() {
    return new Simple(
        "two",
        List.of("keys", "others"),
        matrices("W", I, H, "Q", H, K, "C", K, H, "D", K, H),
        (x, h, context) -> {
          Tensor q = h.plus(x.matmul(context.parameter("W"))).matmul(context.parameter("Q"));
          Tensor keys = context.memory("keys");
          Tensor others = context.memory("others");
          Tensor c = context(softmax(dots(q, keys), context.memoryMask("keys")), keys);
          Tensor d = context(softmax(dots(q, others), context.memoryMask("others")), others);
          return c.matmul(context.parameter("C"))
              .plus(d.matmul(context.parameter("D")))
              .plus(h)
              .tanh();
        });
  }

  /** A softmax composed of primitive operations, with a maximum and a logarithm. */
  static Cell maximum() {
    return new Simple(
        "maximum",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor mask = context.memoryMask("keys");
          Tensor scores = dots(h.matmul(context.parameter("Q")), keys);
          Tensor shifted = scores.minus(scores.maxLast().stopGradient()).exp();
          Tensor kept =
              mask == null ? shifted : mask.select(shifted, shifted.constant(Shape.of(), 0));
          Tensor total = kept.sum(-1);
          Tensor c = context(kept.dividedBy(total.plus(1e-3f)), keys);
          return x.matmul(context.parameter("W"))
              .plus(c.matmul(context.parameter("C")))
              .plus(h.times(total.plus(1).log().times(0.01f)))
              .tanh();
        });
  }

  /** Concatenated query and key, and a slice of the key. */
  static Cell joined() {
    return new Simple(
        "joined",
        List.of("keys"),
        matrices("W", I, H, "Q", H, A, "v", A + K, 1, "C", 3, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          int batch = keys.shape().size(0);
          int positions = keys.shape().size(1);
          Tensor q = h.matmul(context.parameter("Q")).reshape(batch, 1, A);
          Tensor repeated = q.plus(q.constant(Shape.of(batch, positions, 1), 0));
          Tensor hidden = repeated.concat(-1, keys).tanh();
          Tensor scores = hidden.matmul(context.parameter("v")).reshape(batch, positions);
          Tensor read = keys.times(repeated.slice(-1, 0, K)).slice(-1, 2, 5);
          Tensor c = context(softmax(scores, context.memoryMask("keys")), read);
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }

  /** The state gates the context, so that the context affects the gradients of other positions. */
  static Cell gated() {
    return new Simple(
        "gated",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "G", H, K, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor weights =
              softmax(dots(h.matmul(context.parameter("Q")), keys), context.memoryMask("keys"));
          Tensor gate = h.matmul(context.parameter("G")).sigmoid();
          Tensor c = context(weights, keys).times(gate).tanh();
          return x.matmul(context.parameter("W"))
              .plus(c.matmul(context.parameter("C")))
              .plus(h.times(weights.square().sum(-1)))
              .tanh();
        });
  }

  /** The weights of the previous timestep, convolved over three positions, after the step. */
  static Cell past() {
    List<ParameterSpec> parameters = matrices("W", I, H, "Q", H, A, "P", K, A, "v", A, 1);
    parameters.addAll(matrices("U", 3, A, "C", H + K, H));
    return new Seeing(
        "past",
        parameters,
        (x, h, past, context) -> {
          Tensor keys = context.memory("keys");
          int batch = keys.shape().size(0);
          int positions = keys.shape().size(1);
          Tensor next = x.matmul(context.parameter("W")).plus(h).tanh();
          Tensor sum = keys.matmul(context.parameter("P"));
          for (int i = 0; i < 3; i++) {
            Tensor u = context.parameter("U").slice(0, i, i + 1).reshape(A);
            sum = sum.plus(past.shift(2 * i - 2).reshape(batch, positions, 1).times(u));
          }
          Tensor q = next.matmul(context.parameter("Q")).reshape(batch, 1, A);
          Tensor scores = sum.plus(q).tanh().matmul(context.parameter("v"));
          Tensor weights = softmax(scores.reshape(batch, positions), context.memoryMask("keys"));
          context.observe("weights", weights);
          Tensor y = next.concat(-1, context(weights, keys)).matmul(context.parameter("C")).tanh();
          return new Cell.Step(y, CellState.of("h", y, "past", weights));
        });
  }

  /** The decaying sum of all weights, before the step, read twice. */
  static Cell sums() {
    return new Seeing(
        "sums",
        matrices("W", I, H, "Q", H, K, "C", K, H, "R", K, K, "G", H, 1),
        (x, h, past, context) -> {
          Tensor keys = context.memory("keys");
          Tensor mask = context.memoryMask("keys");
          Tensor q = h.matmul(context.parameter("Q"));
          Tensor weights = softmax(dots(q, keys).minus(past.times(2)), mask);
          Tensor c = context(weights, keys);
          Tensor again = dots(c.matmul(context.parameter("R")), keys).plus(past.shift(-1));
          Tensor d = context(softmax(again, mask), keys);
          Tensor y = x.matmul(context.parameter("W")).plus(d.matmul(context.parameter("C"))).tanh();
          Tensor kept = past.times(h.matmul(context.parameter("G")).sigmoid());
          return new Cell.Step(y, CellState.of("h", y, "past", kept.plus(weights)));
        });
  }

  /** A state of positions that a step returns unchanged. */
  static Cell idle() {
    return new Seeing(
        "idle",
        matrices("W", I, H),
        (x, h, past, context) -> {
          Tensor y = x.matmul(context.parameter("W")).plus(h).plus(past.sum(-1)).tanh();
          return new Cell.Step(y, CellState.of("h", y, "past", past));
        });
  }

  /** A mean over positions without a mask: its factor depends on their number. */
  static Cell mean() {
    return new Simple(
        "mean",
        List.of("keys"),
        matrices("W", I, H, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor c =
              keys.times(h.sum(-1).reshape(keys.shape().size(0), 1, 1))
                  .mean(1)
                  .reshape(keys.shape().size(0), K);
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }

  /** Scores shifted beyond the end of a row, so that values at padding matter. */
  static Cell behind() {
    return new Simple(
        "behind",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor scores = dots(h.matmul(context.parameter("Q")), keys).shift(1);
          Tensor c = context(softmax(scores, context.memoryMask("keys")), keys);
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }

  /** Weights shifted beyond the end of a row, so that they read values at padding. */
  static Cell beyond() {
    return new Simple(
        "beyond",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor scores = dots(h.matmul(context.parameter("Q")), keys);
          Tensor c = context(softmax(scores, context.memoryMask("keys")).shift(-1), keys);
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }

  /** A sum of values that are zero at padding, which is not zero where it meets padding again. */
  static Cell spread() {
    return new Simple(
        "spread",
        List.of("keys"),
        matrices("W", I, H, "Q", H, K, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor mask = context.memoryMask("keys");
          Tensor scores = dots(h.matmul(context.parameter("Q")), keys);
          Tensor seen = mask == null ? scores : mask.select(scores, scores.constant(Shape.of(), 0));
          Tensor total = seen.sum(-1).reshape(keys.shape().size(0), 1, 1);
          Tensor c = keys.times(total).tanh().sum(1).reshape(keys.shape().size(0), K);
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }

  /** A sum over positions that includes padding. */
  static Cell unmasked() {
    return new Simple(
        "unmasked",
        List.of("keys"),
        matrices("W", I, H, "C", K, H),
        (x, h, context) -> {
          Tensor keys = context.memory("keys");
          Tensor c =
              keys.plus(h.sum(-1).reshape(keys.shape().size(0), 1, 1))
                  .tanh()
                  .sum(1)
                  .reshape(keys.shape().size(0), K);
          return x.matmul(context.parameter("W")).plus(c.matmul(context.parameter("C"))).tanh();
        });
  }
}
