package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The layers of a model of language: an embedding, recurrent layers, and one number for each token
 * that may come next. Dropout is where Zaremba, Sutskever and Vinyals 2014 have it, between layers
 * and not over time.
 *
 * @param cell the recurrent cell
 * @param layers how many recurrent layers
 * @param hidden the hidden size of each
 * @param embedding the size of a token's vector
 * @param dropout the share of each layer's outputs that is dropped; 0 for none
 */
@API(status = API.Status.EXPERIMENTAL)
public record LanguageLayers(Spec cell, int layers, int hidden, int embedding, double dropout) {
  /** The most recurrent layers of a model that a task builds. */
  private static final int MOST = 1000;

  /**
   * Refuses more layers than a specification may have, before it is written down.
   *
   * @param layers how many
   * @throws InvalidOptionException if there are too many
   */
  public static void requireFew(int layers) {
    if (layers > MOST) {
      throw new InvalidOptionException(
          formatted("--layers expected a whole number from 1 to %d but got %d", MOST, layers));
    }
  }

  /**
   * The specification.
   *
   * @param vocabulary V, the number of ids
   * @return of a {@link SequenceModel}
   * @throws InvalidOptionException if there are too many layers
   */
  public Spec spec(int vocabulary) {
    requireFew(layers);
    List<Spec> all = new ArrayList<>();
    all.add(Spec.of("embedding").with("vocabulary", vocabulary).with("size", embedding));
    addDropout(all);
    for (int layer = 0; layer < layers; layer++) {
      all.add(Spec.of("recurrent").with("cell", cell).with("hidden", hidden));
      addDropout(all);
    }
    all.add(Spec.of("dense").with("units", vocabulary));
    return Spec.of(SequenceModel.KIND).with("layers", all);
  }

  private void addDropout(List<Spec> all) {
    if (dropout > 0) {
      all.add(Spec.of("dropout").with("rate", dropout));
    }
  }
}
