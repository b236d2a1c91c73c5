package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.List;
import java.util.Optional;

/** Looks up the vocabularies and the numbers of a model file. */
final class StoredParts {
  private StoredParts() {}

  /** The tokens of the first vocabulary of a kind. */
  static Optional<List<String>> tokens(ModelFile file, String kind) {
    return file.vocabularies().stream()
        .filter(vocabulary -> vocabulary.kind().equals(kind))
        .findFirst()
        .map(Vocabulary::tokens);
  }

  /**
   * A whole number.
   *
   * @param constant its name in the file
   * @param operation what messages begin with
   * @param name what messages call the file
   * @throws ComportaException if it is missing, not whole, or out of range
   */
  static int whole(
      ModelFile file, String constant, int least, int most, String operation, String name) {
    double value = file.metrics().getOrDefault(constant, Double.NaN);
    if (!(value >= least && value <= most) || value != Math.rint(value)) {
      throw wrong(
          constant, formatted("a whole number from %d to %d", least, most), value, operation, name);
    }
    return (int) value;
  }

  /** The refusal of a number. */
  static ComportaException wrong(
      String constant, String expected, double value, String operation, String name) {
    return new ComportaException(
        formatted(
            "[%s] expected %s as the %s of %s but got %s; the file is inconsistent",
            operation, expected, constant, name, value));
  }
}
