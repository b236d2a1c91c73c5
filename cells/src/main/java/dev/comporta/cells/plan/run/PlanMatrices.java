package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.tensor.Tape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The right operands of a plan's products and their packed copies, which outlive a run: they are
 * packed again only if the parameters have changed.
 */
public final class PlanMatrices {
  private final List<Block> hoisted;
  private final List<Block> forward;
  private final List<Block> backward;
  private final Map<Block, PackedMatrix> packed = new HashMap<>();

  public PlanMatrices(Compiled compiled) {
    this.hoisted =
        compiled.hoisted().stream()
            .flatMap(sum -> sum.products().stream())
            .map(Compiled.HoistedProduct::right)
            .toList();
    this.forward = compiled.forward().blocks();
    this.backward = compiled.backward().blocks();
  }

  /** The right operands of the products of inputs. */
  List<Block> hoisted() {
    return hoisted;
  }

  /** The right operands of the products of the forward program. */
  List<Block> forward() {
    return forward;
  }

  /** The right operands of the products of the backward program. */
  List<Block> backward() {
    return backward;
  }

  /** The packed matrix of a block, which is allocated on first use. */
  PackedMatrix of(Block block, Tape tape) {
    @Nullable PackedMatrix present = packed.get(block);
    if (present == null) {
      present = tape.packed(block.rows(), block.columns());
      packed.put(block, present);
    }
    return present;
  }

  /** The packed matrices by block. */
  Map<Block, PackedMatrix> packed() {
    return packed;
  }

  /** The current size of all packed matrices in floats, including padding. */
  public long floats() {
    long floats = 0;
    for (PackedMatrix matrix : packed.values()) {
      floats += matrix.capacity();
    }
    return floats;
  }
}
