package example.app;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.tensor.CounterRandom;
import java.util.List;

public final class Main {
  public static void main(String[] args) {
    Catalog catalog = Catalog.load();
    TensorBackend backend = catalog.preferredBackend(System.err::println);
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 3)
            .with(
                "layers",
                List.of(
                    Spec.of("recurrent").with("cell", Spec.of("leaky")).with("hidden", 8),
                    Spec.of("dense").with("units", 2)));
    SequenceModel model = SequenceModel.build(spec, catalog);
    model.initialize(catalog, new CounterRandom(1));
    Session session = new StreamingModel(model, backend).newSession();
    float[] output = new float[2];
    session.run(new float[] {1, 0, -1}, 1, output);
    System.out.println(backend.name() + ": " + output[0] + ", " + output[1]);
  }
}
