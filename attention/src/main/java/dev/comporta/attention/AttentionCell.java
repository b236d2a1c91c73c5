package dev.comporta.attention;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.PastAttention;
import dev.comporta.api.attention.WindowAttention;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.attention.AttentionReader.Reading;
import dev.comporta.cells.InnerContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * A recurrent cell that attends to the encoder's annotations at every timestep.
 *
 * <pre>
 * attention before the step (Bahdanau et al. 2015, appendix A.2.2):
 *   c = read(h, annotations)                 the previous state is the query
 *   o, s' = cell([x, c], s)
 *   output = [o, c]
 *
 * attention after the step (Luong et al. 2015, section 3):
 *   o, s' = cell([x, feed], s)               without input feeding: cell(x, s)
 *   c = read(h', annotations)                the new state is the query
 *   output = feed' = tanh([o, c] W)
 * </pre>
 *
 * <p>Memories: {@code annotations [B, S, K]} and {@code keys}, their projection by the score, which
 * is computed once per source; windowed scores also need {@code positions [B, S, 1]} and {@code
 * lengths [B, 1]}. The query is the part h of the state. Parameters: those of the cell as {@code
 * cell.NAME}, those of the score as {@code attention.NAME} and, for attention after the step,
 * {@code combine.W [O + K, units]}. State: that of the cell, {@code feed}, and {@code past [B, S]}
 * for a score that depends on earlier weights. Observed values: {@code weights [B, S]} and those of
 * the cell.
 *
 * @param inputSize I
 * @param cell the inner cell; its input size is I + K with attention before the step, else I, or I
 *     + units with input feeding
 * @param attention the score
 * @param annotationSize K
 * @param after whether attention is computed after the step (Luong) instead of before (Bahdanau)
 * @param feeding input feeding: whether the output is an input of the next timestep; only with
 *     attention after the step
 * @param units the size of the output; only with attention after the step
 */
@API(status = API.Status.EXPERIMENTAL)
public record AttentionCell(
    int inputSize,
    Cell cell,
    Attention attention,
    int annotationSize,
    boolean after,
    boolean feeding,
    int units)
    implements Cell {
  /** The name of the memory that is read. */
  public static final String ANNOTATIONS = "annotations";

  /** The name of the memory that is compared with the query. */
  public static final String KEYS = "keys";

  /** The name of the memory that numbers the positions; windowed scores need it. */
  public static final String POSITIONS = "positions";

  /** The name of the memory that contains the lengths of the rows; windowed scores need it. */
  public static final String LENGTHS = "lengths";

  /** The name under which the attention weights are observed. */
  static final String WEIGHTS = "weights";

  static final String CELL = "cell.";
  static final String ATTENTION = "attention.";
  private static final String COMBINE = "combine.W";
  private static final String QUERY = "h";
  private static final String FEED = "feed";
  private static final String PAST = "past";

  @Override
  public int outputSize() {
    return after ? units : cell.outputSize() + annotationSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    cell.parameters().forEach(spec -> parameters.add(spec.prefixed(CELL)));
    attention.parameters().forEach(spec -> parameters.add(spec.prefixed(ATTENTION)));
    if (after) {
      parameters.add(ParameterSpec.matrix(COMBINE, cell.outputSize() + annotationSize, units));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    List<StateSpec> state = new ArrayList<>();
    for (StateSpec part : cell.state()) {
      String initial = part.initial();
      state.add(new StateSpec(part.name(), part.size(), initial == null ? null : CELL + initial));
    }
    if (feeding) {
      state.add(StateSpec.zeros(FEED, units));
    }
    if (attention instanceof PastAttention) {
      state.add(StateSpec.positions(PAST, KEYS));
    }
    return List.copyOf(state);
  }

  @Override
  public List<String> memories() {
    return attention instanceof WindowAttention
        ? List.of(ANNOTATIONS, KEYS, POSITIONS, LENGTHS)
        : List.of(ANNOTATIONS, KEYS);
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    return after ? lookAfter(x, state, context) : lookBefore(x, state, context);
  }

  private Step lookBefore(Tensor x, CellState state, StepContext context) {
    Reading reading = read(state.get(QUERY), state, context);
    Tensor c = reading.context(); // [B, K]
    Step inner = cell.step(x.concat(-1, c), inner(state), new InnerContext(context, CELL));
    Tensor output = inner.output().concat(-1, c);
    return new Step(output, after(inner.state(), output, reading, state));
  }

  private Step lookAfter(Tensor x, CellState state, StepContext context) {
    Tensor input = feeding ? x.concat(-1, state.get(FEED)) : x;
    Step inner = cell.step(input, inner(state), new InnerContext(context, CELL));
    Reading reading = read(inner.state().get(QUERY), state, context);
    Tensor c = reading.context(); // [B, K]
    Tensor output = inner.output().concat(-1, c).matmul(context.parameter(COMBINE)).tanh();
    return new Step(output, after(inner.state(), output, reading, state));
  }

  /** The state of the inner cell. */
  private CellState inner(CellState state) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    cell.state().forEach(part -> parts.put(part.name(), state.get(part.name())));
    return CellState.of(parts);
  }

  private CellState after(CellState inner, Tensor output, Reading reading, CellState before) {
    Map<String, Tensor> parts = new LinkedHashMap<>(inner.parts());
    if (feeding) {
      parts.put(FEED, output);
    }
    if (attention instanceof PastAttention seeing) {
      Tensor weights = reading.weights();
      parts.put(PAST, seeing.cumulative() ? before.get(PAST).plus(weights) : weights);
    }
    return CellState.of(parts);
  }

  private Reading read(Tensor query, CellState state, StepContext context) {
    Function<String, Tensor> parameters = name -> context.parameter(ATTENTION + name);
    Tensor annotations = context.memory(ANNOTATIONS);
    AttentionReader.Memory memory =
        new AttentionReader.Memory(
            annotations,
            context.memory(KEYS),
            context.memoryMask(ANNOTATIONS),
            attention instanceof WindowAttention ? places(annotations.shape(), context) : null);
    Tensor past = attention instanceof PastAttention ? state.get(PAST) : null;
    Reading reading = new AttentionReader(attention).read(query, memory, past, parameters);
    context.observe(WEIGHTS, reading.weights());
    return reading;
  }

  private static WindowAttention.Places places(Shape annotations, StepContext context) {
    Tensor numbers = context.memory(POSITIONS); // [B, S, 1]
    return new WindowAttention.Places(
        numbers.reshape(annotations.size(0), annotations.size(1)), context.memory(LENGTHS));
  }
}
