package dev.comporta.attention;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * One timestep of a {@link FilmAttentionLayer}, whose Javadoc has the equations. It has no state.
 *
 * @param inputSize N, the size of a query
 * @param units U, the features of a position that the query modulates
 * @param heads H, the number of weighted means
 * @param coordinates D, the number of coordinates of a position
 */
@API(status = API.Status.EXPERIMENTAL)
public record FilmAttentionCell(int inputSize, int units, int heads, int coordinates)
    implements Cell {
  /** The name of the memory that queries modulate, {@code [B, S, U]}. */
  static final String KEYS = "keys";

  private static final String GAMMA = "gamma";
  private static final String BETA = "beta";

  /** The name of the memory with a coordinate of each position, {@code [B, S, 1]}. */
  static String coordinate(int axis) {
    return "coordinate." + axis;
  }

  /** The name under which the weights of a head are observed. */
  static String weights(int head) {
    return "weights." + head;
  }

  private static String query(int head) {
    return "query." + head;
  }

  @Override
  public int outputSize() {
    return heads * units * (1 + coordinates) + inputSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    List<String> names = new ArrayList<>(List.of(GAMMA, BETA));
    IntStream.range(0, heads).forEach(head -> names.add(query(head)));
    for (String name : names) {
      parameters.add(ParameterSpec.matrix(name + ".W", inputSize, units));
      parameters.add(ParameterSpec.bias(name + ".b", units));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    return List.of();
  }

  @Override
  public List<String> memories() {
    List<String> memories = new ArrayList<>(List.of(KEYS));
    IntStream.range(0, coordinates).forEach(axis -> memories.add(coordinate(axis)));
    return List.copyOf(memories);
  }

  @Override
  public Step step(Tensor q, CellState state, StepContext context) {
    Tensor keys = context.memory(KEYS); // [B, S, U]
    int batch = keys.shape().size(0);
    int positions = keys.shape().size(1);
    Tensor gamma = linear(q, context, GAMMA).plus(1).reshape(batch, 1, units);
    Tensor beta = linear(q, context, BETA).reshape(batch, 1, units);
    Tensor z = keys.times(gamma).plus(beta).relu(); // [B, S, U]
    float scale = (float) (1 / Math.sqrt(units));
    Tensor mask = context.memoryMask(KEYS);
    List<Tensor> read = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      Tensor query = linear(q, context, query(head)).times(scale).reshape(batch, 1, units);
      Tensor scores = z.times(query).sum(-1).reshape(batch, positions);
      Tensor weights = AttentionReader.softmax(scores, mask);
      context.observe(weights(head), weights);
      Tensor weighted = z.times(weights.reshape(batch, positions, 1)); // [B, S, U]
      read.add(weighted.sum(1).reshape(batch, units));
      for (int axis = 0; axis < coordinates; axis++) {
        Tensor d = context.memory(coordinate(axis)); // [B, S, 1]
        read.add(weighted.times(d).sum(1).reshape(batch, units));
      }
    }
    read.add(q);
    Tensor y = read.getFirst().concat(-1, read.subList(1, read.size()).toArray(new Tensor[0]));
    return new Step(y, state);
  }

  private static Tensor linear(Tensor q, StepContext context, String name) {
    return q.matmul(context.parameter(name + ".W")).plus(context.parameter(name + ".b"));
  }
}
