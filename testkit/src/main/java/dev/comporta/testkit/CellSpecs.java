package dev.comporta.testkit;

import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** The framework's own cells with every option that affects their results. */
@API(status = API.Status.INTERNAL)
public final class CellSpecs {
  private static final List<String> WITHOUT_CANDIDATE =
      List.of(
          "rnn",
          "irnn",
          "indrnn",
          "jordan",
          "multiplicative-rnn",
          "clockwork",
          "neural-turing-machine");

  private static final List<String> WITHOUT_RECURRENT_PRODUCT =
      List.of(
          "min-gru", "min-lstm", "sru", "qrnn", "lru", "rg-lru", "mlstm", "neural-turing-machine");

  /** A small memory, so that gradients by differences do not take long. */
  private static final Spec TURING =
      Spec.of("neural-turing-machine").with("locations", 5).with("width", 2);

  private CellSpecs() {}

  /**
   * Whether a cell multiplies its state by a matrix.
   *
   * @param name the cell's name
   * @return false for a cell whose state enters linearly or element by element
   */
  public static boolean hasRecurrentProduct(String name) {
    return !WITHOUT_RECURRENT_PRODUCT.contains(name) && !name.equals("indrnn");
  }

  /**
   * A cell with its usual options, but for a memory that would take tests long.
   *
   * @param name the cell's name
   * @return its specification
   */
  public static Spec small(String name) {
    return name.equals(TURING.name()) ? TURING : Spec.of(name);
  }

  /**
   * Whether a cell has the option {@code recurrent-dropout}.
   *
   * @param name the cell's name
   * @return false for a cell that never multiplies what it keeps by a matrix
   */
  public static boolean allowsRecurrentDropout(String name) {
    return !WITHOUT_RECURRENT_PRODUCT.contains(name);
  }

  /**
   * The specifications of all cells.
   *
   * @return by a short description
   */
  public static Map<String, Spec> all() {
    Map<String, Spec> specs = new LinkedHashMap<>();
    for (String activation : List.of("tanh", "relu", "sigmoid", "identity", "hard-threshold")) {
      specs.put("rnn " + activation, Spec.of("rnn").with("activation", activation));
    }
    specs.put("irnn", Spec.of("irnn"));
    specs.put("lstm", Spec.of("lstm"));
    for (String variant :
        List.of("1997", "vanilla", "nig", "nfg", "nog", "niaf", "noaf", "np", "cifg", "fgr")) {
      specs.put("lstm " + variant, Spec.of("lstm").with("variant", variant));
    }
    specs.put("lstm projection", Spec.of("lstm").with("projection", 3));
    specs.put(
        "lstm fgr without input gate, projected",
        Spec.of("lstm").with("variant", "fgr").with("input-gate", false).with("projection", 2));
    specs.put(
        "lstm of nothing but a candidate",
        Spec.of("lstm")
            .with("variant", "fgr")
            .with("input-gate", false)
            .with("forget-gate", false)
            .with("output-gate", false));
    specs.put("gru reset after", Spec.of("gru"));
    specs.put("gru reset before", Spec.of("gru").with("reset", "before"));
    specs.put("layer-norm-lstm", Spec.of("layer-norm-lstm"));
    specs.put("layer-norm-gru", Spec.of("layer-norm-gru"));
    specs.put("mgu", Spec.of("mgu"));
    specs.put("multiplicative-rnn", Spec.of("multiplicative-rnn"));
    specs.put("multiplicative-rnn factors", Spec.of("multiplicative-rnn").with("factors", 3));
    specs.put("multiplicative-lstm", Spec.of("multiplicative-lstm"));
    specs.put("jordan", Spec.of("jordan"));
    specs.put(
        "jordan outputs",
        Spec.of("jordan").with("outputs", 2).with("output-activation", "softmax"));
    addElementwise(specs);
    specs.put("clockwork", Spec.of("clockwork"));
    specs.put("clockwork relu", Spec.of("clockwork").with("groups", 2).with("activation", "relu"));
    specs.put("phased-lstm", Spec.of("phased-lstm"));
    specs.put("conv-lstm", Spec.of("conv-lstm"));
    specs.put("conv-lstm peepholes", Spec.of("conv-lstm").with("peepholes", true));
    specs.put("slstm", Spec.of("slstm"));
    specs.put("slstm exponential", Spec.of("slstm").with("forget", "exponential"));
    specs.put("mlstm", Spec.of("mlstm"));
    specs.put("mlstm exponential", Spec.of("mlstm").with("forget", "exponential"));
    specs.put("neural-turing-machine", TURING);
    specs.put(
        "neural-turing-machine heads",
        TURING
            .with("controller", "feed-forward")
            .with("read-heads", 2)
            .with("write-heads", 2)
            .with("shifts", 2));
    return specs;
  }

  private static void addElementwise(Map<String, Spec> specs) {
    for (String activation : List.of("relu", "tanh", "sigmoid", "identity")) {
      specs.put("indrnn " + activation, Spec.of("indrnn").with("activation", activation));
    }
    for (String candidate : List.of("identity", "tanh", "positive")) {
      specs.put("min-gru " + candidate, Spec.of("min-gru").with("candidate", candidate));
    }
    specs.put("min-lstm", Spec.of("min-lstm"));
    specs.put(
        "min-lstm not normalized",
        Spec.of("min-lstm").with("normalized", false).with("candidate", "positive"));
    specs.put("sru", Spec.of("sru"));
    specs.put("sru not rescaled", Spec.of("sru").with("rescale", false).with("highway-bias", -1));
    for (String pooling : List.of("f", "fo", "ifo")) {
      specs.put("qrnn " + pooling, Spec.of("qrnn").with("pooling", pooling));
    }
    specs.put("qrnn window 1", Spec.of("qrnn").with("window", 1));
    specs.put("qrnn window 4", Spec.of("qrnn").with("window", 4));
    specs.put("lru", Spec.of("lru"));
    specs.put("lru states", Spec.of("lru").with("states", 3));
    specs.put("rg-lru", Spec.of("rg-lru"));
    specs.put("rg-lru power", Spec.of("rg-lru").with("power", 2.5));
  }

  /**
   * The same with all kinds of dropout that a cell supports.
   *
   * @param names the cells of the catalog
   * @return by a short description
   */
  public static Map<String, Spec> noisy(List<String> names) {
    Map<String, Spec> specs = new LinkedHashMap<>();
    for (String name : names) {
      Spec spec = small(name).with("input-dropout", 0.3);
      if (!WITHOUT_RECURRENT_PRODUCT.contains(name)) {
        spec = spec.with("recurrent-dropout", 0.4);
      }
      boolean hasCandidate = !WITHOUT_CANDIDATE.contains(name);
      specs.put(name + " noisy", hasCandidate ? spec.with("candidate-dropout", 0.2) : spec);
    }
    specs.put(
        "gru before noisy",
        Spec.of("gru")
            .with("reset", "before")
            .with("recurrent-dropout", 0.4)
            .with("candidate-dropout", 0.2));
    specs.put(
        "lstm fgr noisy",
        Spec.of("lstm")
            .with("variant", "fgr")
            .with("recurrent-dropout", 0.4)
            .with("candidate-dropout", 0.2));
    return specs;
  }
}
