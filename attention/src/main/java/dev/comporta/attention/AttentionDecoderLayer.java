package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.WindowAttention;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.model.SequenceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A decoder with attention: an {@link AttentionCell} over all timesteps of the target, with an
 * initial state computed from the encoder's last state, followed by a {@link ReadOut}. {@code [T,
 * B, I] -> [T, B, O]}.
 *
 * <p>Parameters: those of the cell, {@code bridge.NAME.W} and {@code bridge.NAME.b} for each part
 * of the state, and those of the read-out. Carry: the cell's state.
 *
 * @param cell the cell with its attention
 * @param summary the size of the encoder's summary (its last state)
 * @param readOut the transformation of the cell's output
 */
@API(status = API.Status.EXPERIMENTAL)
public record AttentionDecoderLayer(AttentionCell cell, int summary, ReadOut readOut)
    implements Layer {
  /** Its permanent name. */
  public static final String NAME = "attention-decoder";

  /**
   * The name under which a model's attention weights can be observed.
   *
   * @param model any model
   * @return the name of the observed value, {@code [B, S]} at each timestep; null if no layer has
   *     attention
   */
  public static @Nullable String weights(SequenceModel model) {
    List<Spec> layers = model.spec().reader().specs("layers");
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).name().equals(NAME)) {
        return formatted("layers.%d.%s", i, AttentionCell.WEIGHTS);
      }
    }
    return null;
  }

  @Override
  public int outputSize() {
    return readOut.units();
  }

  private Bridge bridge() {
    return new Bridge(cell.cell().state(), summary);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>(cell.parameters());
    parameters.addAll(bridge().parameters());
    parameters.addAll(readOut.parameters());
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    return cell.state();
  }

  @Override
  public Map<String, Memory> memories(Source source, LayerContext context) {
    int[] lengths = source.annotations().lengths();
    Tensor annotations = source.annotations().values().swapLeading(); // [B, S, K]
    int batch = annotations.shape().size(0);
    int positions = annotations.shape().size(1);
    Tensor keys =
        cell.attention()
            .project(annotations, name -> context.parameter(AttentionCell.ATTENTION + name));
    Map<String, Memory> memories = new LinkedHashMap<>(bridge().memories(source, context));
    memories.put(AttentionCell.ANNOTATIONS, Memory.of(annotations, lengths));
    memories.put(AttentionCell.KEYS, Memory.of(keys, lengths));
    if (cell.attention() instanceof WindowAttention) {
      Tensor numbers = AttentionReader.numbers(keys, batch, positions).reshape(batch, positions, 1);
      memories.put(AttentionCell.POSITIONS, Memory.of(numbers, lengths));
      memories.put(AttentionCell.LENGTHS, Memory.of(lengths(source.annotations())));
    }
    return memories;
  }

  /** The number of positions of each row that are not padding, {@code [B, 1]}. */
  private static Tensor lengths(Sequence annotations) {
    Tensor engine = annotations.values();
    int batch = annotations.batch();
    int[] lengths = annotations.lengths();
    if (lengths == null || batch == 0) {
      return engine.constant(Shape.of(batch, 1), annotations.timesteps());
    }
    Tensor[] others = new Tensor[batch - 1];
    Arrays.setAll(others, i -> engine.constant(Shape.of(1, 1), lengths[i + 1]));
    return engine.constant(Shape.of(1, 1), lengths[0]).concat(0, others);
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Map<String, Memory> read = new LinkedHashMap<>();
    cell.memories().forEach(name -> read.put(name, Sources.required(context, name)));
    CellState start = bridge().start(carry, context);
    Output output = context.unroll(cell, "", input, start, false, read);
    Tensor y = readOut.of(input.values(), output.sequence().values(), context);
    return new Output(input.withValues(y), output.carry());
  }

  /**
   * Options: {@code cell} (a cell with a state part h, required), {@code hidden} (H, required),
   * {@code attention} (the score; default additive), {@code look} (before: attention before the
   * step as in Bahdanau et al., the default; after: attention after the step as in Luong et al.),
   * {@code input-feeding} (default true; only with {@code look} after), {@code read-out} (dense,
   * maxout or none; default dense with {@code look} before, none with {@code look} after), {@code
   * read-out-size} (default H).
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
      return "A decoder with attention over the encoder's annotations (Bahdanau et al. 2015)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      throw Sources.noEncoder(name());
    }

    @Override
    public Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
      int k = Sources.checked(name(), source).annotations();
      int hidden = options.size("hidden", 1);
      boolean after = options.choice("look", "before", List.of("before", "after")).equals("after");
      boolean feeding = after && options.flag("input-feeding", true);
      int taken = after ? inputSize + (feeding ? hidden : 0) : inputSize + k;
      Cell inner = Decoders.cell(name(), options, catalog, taken, hidden);
      Attention attention =
          catalog.build(
              Kind.ATTENTION,
              options.spec("attention", Spec.of("additive")),
              (provider, scores) -> provider.create(hidden, k, scores));
      AttentionCell cell =
          new AttentionCell(inputSize, inner, attention, k, after, feeding, hidden);
      ReadOut readOut =
          ReadOut.read(
              options,
              after ? ReadOut.Kind.NONE : ReadOut.Kind.DENSE,
              inputSize,
              cell.outputSize(),
              hidden);
      return new AttentionDecoderLayer(cell, source.summary(), readOut);
    }
  }
}
