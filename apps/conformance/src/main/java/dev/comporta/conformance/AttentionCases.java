package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.attention.AttentionReader;
import dev.comporta.tensor.TapeTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kind {@code attention}: keys {@code [S, B, K]} and weights {@code [S, B]} are time-major. */
final class AttentionCases {
  private AttentionCases() {}

  static void run(TapeCase run) {
    CaseSettings settings = run.file().settings();
    String score = settings.text("score", "").replace('_', '-');
    if (!run.catalog().names(Kind.ATTENTION).contains(score)) {
      throw settings.unknown("score");
    }
    int batch = settings.whole("B");
    int positions = settings.whole("S");
    int querySize = settings.whole("query");
    int keySize = settings.whole("key");
    int units = settings.whole("attention", 0);
    int[] lengths = RecurrentCases.lengths(run.file(), settings);
    settings.requireAllRead();

    Tensor query = run.in("query", Shape.of(batch, querySize));
    Tensor keys = run.in("keys", Shape.of(positions, batch, keySize)).swapLeading(); // [B, S, K]
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    Spec spec = Spec.of(score);
    switch (score) {
      case "additive" -> {
        spec = spec.with("units", units);
        parameters.put("W_query", run.in("W_query", Shape.of(units, querySize)).transpose());
        parameters.put("W_key", run.in("W_key", Shape.of(units, keySize)).transpose());
        parameters.put("b", run.in("b", Shape.of(units)));
        parameters.put("v", run.in("v", Shape.of(units)));
      }
      case "general" -> parameters.put("W", run.in("W", Shape.of(querySize, keySize)));
      case "dot", "scaled-dot" -> {}
      default -> throw settings.unknown("score");
    }
    Attention attention =
        run.catalog()
            .build(
                Kind.ATTENTION,
                spec,
                (provider, options) -> provider.create(querySize, keySize, options));
    AttentionReader reader = new AttentionReader(attention);
    AttentionReader.Memory memory =
        reader.remember(keys, mask(run, lengths, batch, positions), parameters::get);
    AttentionReader.Reading reading = reader.read(query, memory, parameters::get);
    run.out("weights", reading.weights().transpose()); // [S, B]
    run.out("context", reading.context());
  }

  private static @Nullable TapeTensor mask(
      TapeCase run, int @Nullable [] lengths, int batch, int positions) {
    if (lengths == null) {
      return null;
    }
    if (lengths.length != batch) {
      throw new CaseException(
          formatted("it has %d lengths for a batch of %d", lengths.length, batch));
    }
    float[] mask = new float[batch * positions];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % positions < lengths[i / positions] ? 1 : 0;
    }
    return run.tape().constant(Shape.of(batch, positions), mask, 0);
  }
}
