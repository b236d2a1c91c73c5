package dev.comporta.testkit;

import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** The framework's own cells with every option that affects their results. */
@API(status = API.Status.INTERNAL)
public final class CellSpecs {
  private CellSpecs() {}

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
    return specs;
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
      Spec spec = Spec.of(name).with("input-dropout", 0.3).with("recurrent-dropout", 0.4);
      boolean hasCandidate = !List.of("rnn", "irnn", "jordan", "multiplicative-rnn").contains(name);
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
