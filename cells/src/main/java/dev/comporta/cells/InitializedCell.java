package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import java.util.List;
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
   */
  public static InitializedCell of(
      Cell cell, @Nullable Spec input, @Nullable Spec recurrent, @Nullable Spec bias) {
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

  private static Spec inBlocks(Spec other, Spec before) {
    Object blocks = before.options().get(BLOCKS);
    boolean knowsBlocks = other.name().equals("orthogonal") || other.name().equals("identity");
    return blocks == null || !knowsBlocks || other.options().containsKey(BLOCKS)
        ? other
        : other.with(BLOCKS, blocks);
  }
}
