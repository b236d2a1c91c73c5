package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.model.SequenceModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Attention to the encoder's annotations with features that the query modulates: feature-wise
 * linear modulation (FiLM; Perez et al. 2018, <i>FiLM: Visual Reasoning with a General Conditioning
 * Layer</i>, equations 1 and 2) at each position, then a weighted mean of the positions for each of
 * H heads. {@code [T, B, N] -> [T, B, H U (1 + D) + N]}.
 *
 * <pre>
 * gamma = 1 + q Wg + bg                    beta = q Wb + bb
 * z_s = relu(gamma * (a_s W + b) + beta)
 * w_hs = softmax over s of (q Q_h + r_h) . z_s / sqrt(U)
 * c_h = sum_s w_hs [z_s, d_s1 z_s, ..., d_sD z_s]
 * y = [c_1, ..., c_H, q]
 * </pre>
 *
 * <p>q is the input of a timestep, a_s the annotation {@code [K]} of position s, and d_s1 to d_sD
 * its last D features, the coordinates of the position: c_h says where each feature is, as the
 * means of features weighted with coordinates do, even while the weights are all alike. Positions
 * that are padding have no weight.
 *
 * <p>Several rows of the input may read one source: if the source has B' rows, row b reads the
 * annotations of row {@code b mod B'}, so that questions about one image need its annotations once.
 *
 * <p>Parameters: W {@code [K, U]}, b {@code [U]}; for gamma, beta and the query of each head {@code
 * gamma.W}, {@code beta.W}, {@code query.0.W} ... {@code [N, U]} and {@code gamma.b}, {@code
 * beta.b}, {@code query.0.b} ... {@code [U]}. Carry: none.
 *
 * @param cell one timestep
 * @param keySize K
 */
@API(status = API.Status.EXPERIMENTAL)
public record FilmAttentionLayer(FilmAttentionCell cell, int keySize) implements Layer {
  /** Its permanent name. */
  public static final String NAME = "film-attention";

  /** The largest number of heads, each of which is several operations. */
  public static final int MOST_HEADS = 64;

  /**
   * The names under which a model's attention weights can be observed.
   *
   * @param model any model
   * @return a name for each head of the first such layer, whose values are {@code [B, S]} at each
   *     timestep; none if there is no such layer
   */
  public static List<String> weights(SequenceModel model) {
    for (int i = 0; i < model.layers().size(); i++) {
      if (model.layers().get(i) instanceof FilmAttentionLayer layer) {
        String prefix = formatted("layers.%d.", i);
        return IntStream.range(0, layer.cell().heads())
            .mapToObj(head -> prefix + FilmAttentionCell.weights(head))
            .toList();
      }
    }
    return List.of();
  }

  private static final String W = "W";
  private static final String B = "b";

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(ParameterSpec.matrix(W, keySize, cell.units()));
    parameters.add(ParameterSpec.bias(B, cell.units()));
    parameters.addAll(cell.parameters());
    return List.copyOf(parameters);
  }

  @Override
  public Map<String, Memory> memories(Source source, LayerContext context) {
    int[] lengths = source.annotations().lengths();
    Tensor annotations = source.annotations().values().swapLeading(); // [B, S, K]
    Tensor keys = annotations.matmul(context.parameter(W)).plus(context.parameter(B));
    Map<String, Memory> memories = new LinkedHashMap<>();
    memories.put(FilmAttentionCell.KEYS, Memory.of(keys, lengths));
    for (int axis = 0; axis < cell.coordinates(); axis++) {
      int at = keySize - cell.coordinates() + axis;
      memories.put(
          FilmAttentionCell.coordinate(axis), Memory.of(annotations.slice(2, at, at + 1), lengths));
    }
    return memories;
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    if (input.values().shape().size(2) != cell.inputSize()) {
      throw new ShapeException(
          formatted(
              "[%s] expected x [timesteps, batch, %d] but got %s (axis 2: features)",
              NAME, cell.inputSize(), input.values().shape()));
    }
    Map<String, Memory> read = new LinkedHashMap<>();
    cell.memories().forEach(name -> read.put(name, Sources.required(context, name)));
    int sources = Sources.required(context, FilmAttentionCell.KEYS).values().shape().size(0);
    int batch = input.batch();
    if (sources == batch) {
      return context.unroll(cell, "", input, carry, false, read);
    }
    if (sources == 0 || batch % sources != 0) {
      throw new ShapeException(
          formatted(
              "[%s] expected a source of %d rows, or of a number that divides it, but got %d",
              NAME, batch, sources));
    }
    int timesteps = input.timesteps();
    Tensor queries =
        input.values().reshape(timesteps * (batch / sources), sources, cell.inputSize());
    Output output = context.unroll(cell, "", Sequence.of(queries), carry, false, read);
    Tensor y = output.sequence().values().reshape(timesteps, batch, cell.outputSize());
    return new Output(input.withValues(y), carry);
  }

  /**
   * Options: {@code units} (U), required; {@code heads} (H; 1 by default); {@code coordinates} (D;
   * 0 by default, at most K).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "Attention to positions that the query modulates (FiLM; Perez et al. 2018)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      throw Sources.noEncoder(name());
    }

    @Override
    public Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
      int keys = Sources.checked(name(), source).annotations();
      Decoders.requireFeatures(name(), inputSize);
      int units = options.size("units", 1);
      int heads = options.whole("heads", 1, MOST_HEADS, 1);
      int coordinates = options.size("coordinates", 0, 0);
      if (coordinates > keys) {
        throw new InvalidOptionException(
            formatted(
                "[%s] option 'coordinates' expected at most the %d features of an annotation but got %d",
                name(), keys, coordinates));
      }
      double features = heads * (double) units * (1 + coordinates) + inputSize;
      if (features > OptionReader.LARGEST_SIZE) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected at most %d features but %d heads of %d units with %d coordinates are %.0f",
                name(), OptionReader.LARGEST_SIZE, heads, units, coordinates, features));
      }
      return new FilmAttentionLayer(
          new FilmAttentionCell(inputSize, units, heads, coordinates), keys);
    }
  }
}
