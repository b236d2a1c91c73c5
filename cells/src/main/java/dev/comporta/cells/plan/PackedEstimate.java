package dev.comporta.cells.plan;

import dev.comporta.api.tensor.TensorBackend;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The size of the packed matrices that a plan will hold: the right operands of its products. */
final class PackedEstimate {
  private PackedEstimate() {}

  static long of(Compiled compiled, TensorBackend backend) {
    long floats = 0;
    for (Plane.Block block : blocks(compiled)) {
      floats += backend.packedCapacity(block.rows(), block.columns());
    }
    return floats;
  }

  private static Set<Plane.Block> blocks(Compiled compiled) {
    Set<Plane.Block> blocks = new HashSet<>();
    for (Program program : List.of(compiled.forward(), compiled.backward())) {
      for (Program.Region region : program.regions()) {
        for (Instruction instruction : region.instructions()) {
          if (instruction instanceof Instruction.Products products) {
            blocks.addAll(products.right());
          }
        }
      }
    }
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      hoisted.sum().hoisted().forEach(product -> blocks.add(product.right()));
    }
    return blocks;
  }
}
