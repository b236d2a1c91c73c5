package dev.comporta.cells;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Any cell whose parameters start otherwise. Everything else is the cell's.
 *
 * @param cell the cell
 * @param parameters the cell's parameters with other initialisers
 */
@API(status = API.Status.EXPERIMENTAL)
public record InitializedCell(Cell cell, List<ParameterSpec> parameters) implements CellWrapper {
  private static final String BLOCKS = "blocks";
  private static final String GATES = "gates";

  /** Initialisers that start one gate's bias and not another's; of four gates unless told. */
  private static final Set<String> GATED = Set.of("forget-bias", "chrono");

  /** Copies the list. */
  public InitializedCell {
    parameters = List.copyOf(parameters);
  }

  /**
   * Gives the kernels and biases of a cell other initialisers; null leaves those of the cell. An
   * initialiser that works block by block, such as {@code orthogonal}, takes over the number of
   * blocks (one for each gate) unless it says another.
   *
   * @param cell the cell
   * @param input for the matrices whose names start with W
   * @param recurrent for the matrices whose names start with U
   * @param bias for the vectors whose names start with b
   * @return the cell, its parameters initialised so
   * @throws InvalidOptionException if an initialiser of the bias is meant for another number of
   *     gates than the cell has
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

  /** Gates of another cell would start in the wrong places of the bias, and nobody would know. */
  private static void requireGates(Cell cell, Spec bias) {
    if (!GATED.contains(bias.name())) {
      return;
    }
    Object given = bias.options().getOrDefault(GATES, 4L);
    for (ParameterSpec kernel : cell.parameters()) {
      Object gates = kernel.initializer().options().getOrDefault(BLOCKS, given);
      if (!gates.equals(given)) {
        throw new InvalidOptionException(
            "[%s] expected the %s gates of this cell but 'gates' is %s; say %s:gates=%s,... and which of them is meant, or use the options of the cell"
                .formatted(bias.name(), gates, given, bias.name(), gates));
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
