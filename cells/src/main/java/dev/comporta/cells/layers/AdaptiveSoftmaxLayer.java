package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.LabelledLayer;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The adaptive softmax for very large vocabularies (Grave et al. 2017, <i>Efficient Softmax
 * Approximation for GPUs</i>): {@code [T, B, F] -> [T, B, V]}, log-probabilities. Classes are
 * sorted by frequency. The most frequent ones are in the head; the others are in clusters, each of
 * which has one entry in the head and is evaluated only for timesteps whose label belongs to it.
 *
 * <pre>
 * log p(v) = log softmax(x W + b)[v]                                          v in the head
 * log p(v) = log softmax(x W + b)[cluster k] + log softmax(x P_k W_k)[v]      v in cluster k
 * </pre>
 *
 * <p>Parameters, with c_1 &lt; .. &lt; c_n the cutoffs and c_{n+1} = V: W {@code [F, c_1 + n]}, b
 * {@code [c_1 + n]} if it has a bias, and for each cluster k from 1 to n: {@code P.k [F, F_k]} and
 * {@code W.k [F_k, c_{k+1} - c_k]} with {@code F_k = F / divisor^k}, at least 1. PyTorch's {@code
 * AdaptiveLogSoftmaxWithLoss} maps exactly: all are its transposed weights.
 *
 * <p>Use it with the loss {@code nll}: training and evaluation then compute the head for all
 * timesteps and each cluster only for the timesteps whose label belongs to it, with the same
 * result. Prediction and any other loss compute all classes; the memory estimate assumes this case.
 *
 * @param inputSize F
 * @param classes V
 * @param cutoffs the first class of each cluster, increasing, above 0 and below V
 * @param divisor the factor by which the projection size decreases from cluster to cluster
 * @param bias whether the head has a bias b
 */
@API(status = API.Status.EXPERIMENTAL)
public record AdaptiveSoftmaxLayer(
    int inputSize, int classes, List<Integer> cutoffs, double divisor, boolean bias)
    implements LabelledLayer {
  /** Copies the list. */
  public AdaptiveSoftmaxLayer {
    cutoffs = List.copyOf(cutoffs);
  }

  private int first(int cluster) {
    return cluster < cutoffs.size() ? cutoffs.get(cluster) : classes;
  }

  private int projected(int cluster) {
    return (int) Math.max(1, inputSize / Math.pow(divisor, cluster + 1.0));
  }

  private static String projection(int cluster) {
    return "P." + (cluster + 1);
  }

  private static String kernel(int cluster) {
    return "W." + (cluster + 1);
  }

  @Override
  public int outputSize() {
    return classes;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    int head = first(0) + cutoffs.size();
    parameters.add(ParameterSpec.matrix("W", inputSize, head));
    if (bias) {
      parameters.add(ParameterSpec.bias("b", head));
    }
    for (int k = 0; k < cutoffs.size(); k++) {
      parameters.add(ParameterSpec.matrix(projection(k), inputSize, projected(k)));
      parameters.add(ParameterSpec.matrix(kernel(k), projected(k), first(k + 1) - first(k)));
    }
    return List.copyOf(parameters);
  }

  private Tensor head(Tensor x, LayerContext context) {
    Tensor head = x.matmul(context.parameter("W")); // [.., c_1 + n]
    return bias ? head.plus(context.parameter("b")) : head;
  }

  private static Tensor tail(int cluster, Tensor x, LayerContext context) {
    return x.matmul(context.parameter(projection(cluster)))
        .matmul(context.parameter(kernel(cluster)));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("adaptive-softmax", input, inputSize); // [T, B, F]
    Tensor head = head(x, context).logSoftmax();
    Tensor[] tails = new Tensor[cutoffs.size()];
    for (int k = 0; k < tails.length; k++) {
      Tensor cluster = head.slice(-1, first(0) + k, first(0) + k + 1); // [T, B, 1]
      tails[k] = tail(k, x, context).logSoftmax().plus(cluster);
    }
    Tensor y = head.slice(-1, 0, first(0)).apply(new Op.Concat(2), tails); // [T, B, V]
    return new Output(input.withValues(y), carry);
  }

  @Override
  public Tensor logProbabilities(Sequence input, Ids labels, LayerContext context) {
    Tensor x = Features.of("adaptive-softmax", input, inputSize); // [T, B, F]
    int count = labels.count();
    int[] inHead = new int[count];
    Arrays.setAll(inHead, i -> headEntry(labels.values()[i]));
    Ids entries = new Ids(labels.timesteps(), labels.batch(), inHead);
    Tensor losses = head(x, context).apply(new Op.CrossEntropy(entries)).reshape(count, 1);
    Tensor rows = x.reshape(count, inputSize);
    for (int k = 0; k < cutoffs.size(); k++) {
      int from = first(k);
      int to = first(k + 1);
      int[] places = places(labels, from, to);
      if (places.length == 0) {
        continue;
      }
      Ids chosen = new Ids(1, places.length, places);
      int[] within = Arrays.stream(places).map(i -> labels.values()[i] - from).toArray();
      Tensor inCluster =
          tail(k, rows.gather(chosen), context) // [1, n, classes of the cluster]
              .apply(new Op.CrossEntropy(new Ids(1, places.length, within)))
              .reshape(1, places.length, 1);
      losses = losses.plus(inCluster.apply(new Op.ScatterAdd(chosen, count)));
    }
    return losses.negate().reshape(labels.timesteps(), labels.batch(), 1);
  }

  /** The index of a label in the head, or that of its cluster; -1 for a negative label. */
  private int headEntry(int label) {
    if (label < first(0)) {
      return Math.max(label, -1);
    }
    int cluster = 0;
    while (label >= first(cluster + 1)) {
      cluster++;
    }
    return first(0) + cluster;
  }

  private static int[] places(Ids labels, int from, int to) {
    int[] places = new int[labels.count()];
    int found = 0;
    for (int i = 0; i < places.length; i++) {
      if (labels.values()[i] >= from && labels.values()[i] < to) {
        places[found++] = i;
      }
    }
    return Arrays.copyOf(places, found);
  }

  /**
   * Options: {@code units} (V) and {@code cutoffs}, a list of increasing class numbers, both
   * required; {@code divisor} (4 by default, 1 or more), {@code bias} (false by default).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "adaptive-softmax";
    }

    @Override
    public String description() {
      return "Adaptive softmax: log-probabilities over a very large vocabulary, with rare words in clusters (Grave et al. 2017)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      int classes = options.size("units", 2);
      return new AdaptiveSoftmaxLayer(
          checked,
          classes,
          cutoffs(options.reals("cutoffs"), classes),
          options.real("divisor", 4, 1, 1000),
          options.flag("bias", false));
    }

    /** More clusters than any vocabulary has use for. */
    private static final int MOST_CLUSTERS = 100;

    private static List<Integer> cutoffs(List<Double> given, int classes) {
      if (given.size() > MOST_CLUSTERS) {
        throw new InvalidOptionException(
            formatted(
                "[adaptive-softmax] option 'cutoffs' expected at most %d numbers but got %d",
                MOST_CLUSTERS, given.size()));
      }
      double before = 0;
      for (double cutoff : given) {
        if (!(cutoff > before && cutoff < classes) || cutoff != Math.rint(cutoff)) {
          before = classes; // invalid: no later cutoff is accepted
        } else {
          before = cutoff;
        }
      }
      if (given.isEmpty() || before == classes) {
        throw new InvalidOptionException(
            formatted(
                "[adaptive-softmax] option 'cutoffs' expected increasing whole numbers between 1 and %d, one for each cluster, but got %s",
                classes - 1, given));
      }
      return given.stream().map(Double::intValue).toList();
    }
  }
}
