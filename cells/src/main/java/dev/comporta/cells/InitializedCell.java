package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A wrapper that replaces the initialisers of a cell's parameters.
 *
 * @param cell the wrapped cell
 * @param parameters the cell's parameters with the new initialisers
 */
@API(status = API.Status.EXPERIMENTAL)
public record InitializedCell(Cell cell, List<ParameterSpec> parameters) implements CellWrapper {
  private static final String BLOCKS = "blocks";
  private static final String GATES = "gates";

  /** Initialisers that treat gates differently; they assume four gates unless 'gates' is set. */
  private static final Set<String> GATED = Set.of("forget-bias", "chrono");

  /** Copies the list. */
  public InitializedCell {
    parameters = List.copyOf(parameters);
  }

  /**
   * Replaces the initialisers of a cell's kernels and biases; null keeps the cell's own. A
   * block-wise initialiser such as {@code orthogonal} uses one block per gate unless its options
   * specify the number of blocks.
   *
   * @param cell the cell
   * @param input for the matrices whose names start with W
   * @param recurrent for the matrices whose names start with U
   * @param bias for the vectors whose names start with b
   * @return the cell with the new initialisers
   * @throws InvalidOptionException if the bias initialiser is for a different number of gates than
   *     the cell has
   */
  public static InitializedCell of(
      Cell cell, @Nullable Spec input, @Nullable Spec recurrent, @Nullable Spec bias) {
    if (bias != null) {
      requireGates(cell, bias);
    }
    return new InitializedCell(
        cell,
        cell.parameters().stream()
            .map(spec -> {
              boolean matrix = spec.shape().rank() == 2;
              Spec other =
                  switch (spec.name().charAt(0)) {
                    case 'W' -> matrix ? input : null;
                    case 'U' -> matrix ? recurrent : null;
                    case 'b' -> matrix ? null : bias;
                    default -> null;
                  };
              return other == null ? spec : spec.initializedBy(inBlocks(other, spec.initializer()));
            })
            .toList());
  }

  /**
   * Rejects a different number of gates, which would silently initialise the wrong parts of the
   * bias.
   */
  private static void requireGates(Cell cell, Spec bias) {
    if (!GATED.contains(bias.name())) {
      return;
    }
    Object given = bias.options().getOrDefault(GATES, 4L);
    for (ParameterSpec kernel : cell.parameters()) {
      Object gates = kernel.initializer().options().getOrDefault(BLOCKS, given);
      if (!gates.equals(given)) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected 'gates' to be %s, the number of gates of this cell, but got %s; use %s:gates=%s,... and select the gate, or use the options of the cell",
                bias.name(), gates, given, bias.name(), gates));
      }
    }
  }

  private static Spec inBlocks(Spec other, Spec before) {
    Object blocks = before.options().get(BLOCKS);
    boolean knowsBlocks = other.name().equals("orthogonal") || other.name().equals("identity");
    return blocks == null || !knowsBlocks || other.options().containsKey(BLOCKS)
        ? other
        : other.with(BLOCKS, blocks);
  }
}
