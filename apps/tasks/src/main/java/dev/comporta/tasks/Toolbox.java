package dev.comporta.tasks;

import dev.comporta.cells.Activation;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.ForgetStart;
import dev.comporta.cells.GruCell;
import dev.comporta.cells.InitializedCell;
import dev.comporta.cells.LearnedInitialState;
import dev.comporta.cells.LstmOptions;
import dev.comporta.cells.WeightDropCell;
import dev.comporta.cells.ZoneoutCell;
import dev.comporta.cells.layers.BidirectionalLayer;
import dev.comporta.cells.layers.DenseLayer;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.layers.StackProvider;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.tasks.forecast.Forecast;
import dev.comporta.training.Averaging;
import dev.comporta.training.LearningRateFinder;
import dev.comporta.training.MemoryEstimate;
import dev.comporta.training.ParameterGroup;
import dev.comporta.training.Penalties;
import dev.comporta.training.TrainingListener;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingState;
import dev.comporta.training.ValidationRules;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.IdFile;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SequenceExamples;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.data.Shuffle;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.data.TruncatedSequences;
import dev.comporta.training.listeners.CsvListener;
import dev.comporta.training.listeners.TensorBoardListener;
import dev.comporta.training.metrics.Accuracy;
import dev.comporta.training.metrics.Bleu;
import dev.comporta.training.metrics.ChrF;
import dev.comporta.training.metrics.ConfusionMatrix;
import dev.comporta.training.metrics.EditDistance;
import dev.comporta.training.metrics.Likelihood;
import dev.comporta.training.metrics.RegressionErrors;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.SentenceFile;
import dev.comporta.training.text.WordVocabulary;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * What there is beside the kinds of the catalog: options of cells and layers, rules of training,
 * measures, data. Nobody else can add to it, so it is a list.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Toolbox {
  private static final Map<String, List<Tool>> TOOLS = new LinkedHashMap<>();

  private Toolbox() {}

  /**
   * One tool.
   *
   * @param name an option's name, or what the tool is called
   * @param description one line
   * @param type where it is, and where more about it is said
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Tool(String name, String description, Class<?> type) {}

  private static void add(String kind, Tool... tools) {
    TOOLS.put(kind, List.of(tools));
  }

  private static Tool tool(String name, String description, Class<?> type) {
    return new Tool(name, description, type);
  }

  static {
    add(
        "cell option",
        tool(
            "variant",
            "lstm: 1997, vanilla, nig, nfg, nog, niaf, noaf, np, cifg, fgr (Greff et al. 2017)",
            LstmOptions.class),
        tool(
            "peepholes",
            "lstm: gates see the cell state (Gers and Schmidhuber 2000)",
            LstmOptions.class),
        tool("coupled", "lstm: the forget gate is one less the input gate", LstmOptions.class),
        tool(
            "projection",
            "lstm: the size of h, below that of c (Sak et al. 2014)",
            LstmOptions.class),
        tool(
            "forget-bias",
            "lstm and its relatives: what the forget gate starts at (Gers et al. 2000)",
            ForgetStart.class),
        tool(
            "chrono",
            "lstm, gru and their relatives: memories up to this time (Tallec and Ollivier 2018)",
            ForgetStart.class),
        tool(
            "activation",
            "rnn, jordan: tanh, relu, sigmoid, hard-threshold; rnn: identity",
            Activation.class),
        tool("reset", "gru: the reset gate after or before the recurrent product", GruCell.class),
        tool(
            "input-dropout",
            "variational: one mask of the input for a sequence (Gal and Ghahramani 2016)",
            CellDropout.class),
        tool(
            "recurrent-dropout",
            "variational: one mask of the state for a sequence (Gal and Ghahramani 2016)",
            CellDropout.class),
        tool(
            "candidate-dropout",
            "a mask of the candidate at every timestep (Semeniuta et al. 2016)",
            CellDropout.class));
    add(
        "option of recurrent layers",
        tool(
            "zoneout",
            "units of h, or of what else a cell shows, keep their value at random; zoneout-c for c (Krueger et al. 2017)",
            ZoneoutCell.class),
        tool(
            "weight-drop",
            "elements of the recurrent kernels are dropped (Merity et al. 2018)",
            WeightDropCell.class),
        tool(
            "learn-initial-state",
            "the state before the first timestep is learned",
            LearnedInitialState.class),
        tool(
            "recurrent-initializer",
            "how U starts; input-initializer for W, bias-initializer for b",
            InitializedCell.class),
        tool("reverse", "reads each row from its last timestep to its first", RecurrentLayer.class),
        tool(
            "returns",
            "all outputs (sequence), the last, whole states, or the last state",
            RecurrentLayer.class),
        tool("merge", "bidirectional: concatenate, sum or mean", BidirectionalLayer.class),
        tool("around", "stack: residual or highway ways around each layer", StackProvider.class),
        tool(
            "tied",
            "dense: the table of the embedding as output kernel (Press and Wolf 2017)",
            DenseLayer.class));
    add(
        "running",
        tool(
            "observe",
            "gates, candidates and memories of every timestep, from plans as well",
            ModelRunner.class),
        tool(
            "session",
            "state carried across calls, step by step, any number of streams",
            StreamingModel.class));
    add(
        "clipping",
        tool(
            "norm",
            "the norm of all gradients together (Pascanu et al. 2013)",
            Clipping.GlobalNorm.class),
        tool("per-layer", "the norm of each layer's gradients", Clipping.PerLayer.class),
        tool(
            "parameter-norm",
            "the norm of each parameter's gradient",
            Clipping.ParameterNorm.class),
        tool("value", "each element of the gradients", Clipping.Value.class));
    add(
        "penalty",
        tool("l1", "the sum of absolute kernel elements", Penalties.class),
        tool("l2", "the sum of squared kernel elements", Penalties.class),
        tool(
            "activation-penalty",
            "the mean squared activation (Merity et al. 2017)",
            Penalties.class),
        tool(
            "temporal-activation-penalty",
            "the mean squared change of activations over time (Merity et al. 2017)",
            Penalties.class));
    add(
        "average",
        tool(
            "ema",
            "an exponential moving average (Tarvainen and Valpola 2017)",
            Averaging.Exponential.class),
        tool(
            "swa",
            "stochastic weight averaging, of the ends of epochs (Izmailov et al. 2018)",
            Averaging.Stochastic.class),
        tool(
            "asgd",
            "an average of all updates from one on, or from when validation stalls (Merity et al. 2018)",
            Averaging.Equal.class));
    add(
        "training",
        tool(
            "streams",
            "truncated BPTT over long streams: the state carried over, short tails included, k1 and k2",
            StreamBatcher.class),
        tool(
            "truncated-sequences",
            "truncated BPTT (k1 and k2) to full BPTT over whole sequences (Williams and Peng 1990)",
            TruncatedSequences.class),
        tool(
            "groups",
            "parameter groups: a rate, an optimizer or a freeze of their own",
            ParameterGroup.class),
        tool(
            "accumulate",
            "gradient accumulation: several chunks for one update",
            TrainingRules.class),
        tool("patience", "early stopping, and the best parameters kept", ValidationRules.class),
        tool(
            "checkpoint",
            "the last state of a training, from which it goes on to the same bits",
            TrainingState.class),
        tool(
            "find-learning-rate",
            "learning-rate finder: updates at growing rates before training (Smith 2017)",
            LearningRateFinder.class),
        tool(
            "memory",
            "memory estimate of a training, before its first step",
            MemoryEstimate.class));
    add(
        "metric",
        tool(
            "accuracy",
            "the part of answers that is right, beside any loss of labels",
            Accuracy.class),
        tool(
            "confusion-matrix",
            "which class was taken for which; precision, recall, F1",
            ConfusionMatrix.class),
        tool("likelihood", "perplexity, bits per character", Likelihood.class),
        tool("regression-errors", "MAE, RMSE, MAPE", RegressionErrors.class),
        tool(
            "edit-distance",
            "word and character error rates: WER, CER (Levenshtein 1966)",
            EditDistance.class),
        tool("bleu", "n-grams shared with references (Papineni et al. 2002)", Bleu.class),
        tool("chrf", "character n-grams shared with references (Popovic 2015)", ChrF.class));
    add(
        "listener",
        tool(
            "progress",
            "a progress bar with the loss, the speed and the time that is left, on a terminal",
            TrainingListener.class),
        tool("csv", "a table of every update and validation", CsvListener.class),
        tool("tensorboard", "event files: scalars, histograms, text", TensorBoardListener.class));
    add(
        "vocabulary",
        tool("characters", "Unicode code points", CharacterVocabulary.class),
        tool("bytes", "the bytes of UTF-8, byte pairs without joins", BytePairVocabulary.class),
        tool(
            "byte-pairs",
            "the most frequent pairs joined (Sennrich et al. 2016)",
            BytePairVocabulary.class),
        tool(
            "words",
            "what stands between white space, with <unk> and <eos>",
            WordVocabulary.class));
    add(
        "data",
        tool(
            "buckets",
            "bucketing: padding, lengths; sequences of similar length go together",
            SequenceExamples.class),
        tool(
            "csv-columns",
            "columns of a CSV file, by FastCSV, each bad cell named",
            Forecast.class),
        tool("windows", "windows over a series", SeriesWindows.class),
        tool("normalization", "mean and deviation of the training part alone", Normalization.class),
        tool(
            "shuffle",
            "an order by seed and epoch, which a resumed training goes on in",
            Shuffle.class),
        tool("sentence-file", "a text read line by line, of any size", SentenceFile.class),
        tool("id-file", "ids in a mapped file, more of them than fit into memory", IdFile.class));
  }

  /**
   * All tools.
   *
   * @return by kind, in the order in which the catalog lists them
   */
  public static Map<String, List<Tool>> all() {
    return Collections.unmodifiableMap(TOOLS);
  }
}
