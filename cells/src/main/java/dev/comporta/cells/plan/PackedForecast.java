package dev.comporta.cells.plan;

import dev.comporta.api.tensor.TensorBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The packed matrices that a plan comes to hold: its right operands and packed cotangents. */
final class PackedForecast {
  private PackedForecast() {}

  static long of(Compiled compiled, int rows, boolean plain, TensorBackend backend) {
    long floats = 0;
    for (Plane.Block block : blocks(compiled)) {
      floats += backend.packedCapacity(block.rows(), block.columns());
    }
    // Cotangents are packed in chunks; places are shared by all groups with one left operand.
    Map<List<Integer>, Integer> scratch = new HashMap<>();
    for (List<Integer> widths : widths(compiled, plain)) {
      int chunks = (rows + WeightGradients.CHUNK - 1) / WeightGradients.CHUNK;
      int parts = widths.size();
      for (int i = 0; i < chunks * parts; i++) {
        int count = Math.min(WeightGradients.CHUNK, rows - i / parts * WeightGradients.CHUNK);
        scratch.put(List.of(widths.get(i % parts), i), count);
      }
    }
    for (Map.Entry<List<Integer>, Integer> entry : scratch.entrySet()) {
      floats += backend.packedCapacity(entry.getValue(), entry.getKey().getFirst());
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

  /** The widths of the cotangents that each left operand meets. */
  private static Iterable<List<Integer>> widths(Compiled compiled, boolean plain) {
    Map<Object, List<Integer>> groups = new LinkedHashMap<>();
    for (Compiled.WeightSink sink : compiled.sinks().weights()) {
      if (!sink.right().transposed()) {
        Place left = compiled.sinks().places().get(sink.left());
        // In a ragged batch the states before the timestep are laid out anew for each product.
        boolean alone = left == null || (left.rows() == Place.Rows.BEFORE && !plain);
        Object key = alone ? new Object() : List.of(left, sink.right().rows());
        groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(sink.cotangent().width());
      }
    }
    for (Compiled.HoistedSink sink : compiled.sinks().hoisted()) {
      if (!sink.right().transposed()) {
        groups
            .computeIfAbsent(sink.left(), absent -> new ArrayList<>())
            .add(sink.cotangent().width());
      }
    }
    return groups.values();
  }
}
