package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.InputPart;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of a model with several ones as one batch, and its outputs as one array: side by side,
 * vectors repeated at every timestep.
 */
final class SideBySide {
  private final List<ForeignTensor> given;

  private SideBySide(List<ForeignTensor> given) {
    this.given = given;
  }

  /**
   * A batch.
   *
   * @param parts the inputs of the model
   * @param given an array for each, with its name, or in the same order
   */
  static Batch batch(List<InputPart> parts, List<ForeignTensor> given) {
    if (parts.size() != given.size()) {
      throw new ExchangeException(
          formatted("expected %d inputs next to the model but got %d", parts.size(), given.size()));
    }
    SideBySide data = new SideBySide(given);
    List<InputPart> source = new ArrayList<>();
    List<InputPart> own = new ArrayList<>();
    parts.forEach(part -> (part.source() ? source : own).add(part));
    Batch batch = data.ofSide(own, parts);
    return source.isEmpty() ? batch : batch.source(data.ofSide(source, parts));
  }

  private ForeignTensor find(InputPart part, List<InputPart> all) {
    return given.stream()
        .filter(tensor -> tensor.name().equals(part.name()))
        .findFirst()
        .orElseGet(() -> given.get(all.indexOf(part)));
  }

  private Batch ofSide(List<InputPart> side, List<InputPart> all) {
    int rows = find(side.getFirst(), all).size(0);
    int timesteps = 1;
    for (InputPart part : side) {
      ForeignTensor x = find(part, all);
      int rank = part.vector() || part.ids() ? 2 : 3;
      if (x.rank() != rank
          || x.size(0) != rows
          || (!part.ids() && x.size(rank - 1) != part.to() - part.from())) {
        throw new ExchangeException(
            formatted(
                "the input %s next to the model does not have the shape that the model reads",
                Printable.quoted(x)));
      }
      timesteps = part.vector() ? timesteps : Math.max(timesteps, x.size(1));
    }
    if (side.size() == 1 && side.getFirst().ids()) {
      ForeignTensor x = find(side.getFirst(), all);
      int[] ids = new int[rows * timesteps];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (int) x.values()[i % rows * timesteps + i / rows];
      }
      return Batch.ofIds(new Ids(timesteps, rows, ids), null);
    }
    int width = side.getLast().to();
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(timesteps, rows), width)];
    for (InputPart part : side) {
      ForeignTensor x = find(part, all);
      int size = part.to() - part.from();
      int own = part.vector() ? 1 : x.size(1);
      for (int b = 0; b < rows; b++) {
        for (int t = 0; t < timesteps; t++) {
          int from = part.vector() ? 0 : t;
          if (from < own) {
            System.arraycopy(
                x.values(),
                (b * own + from) * size,
                values,
                (t * rows + b) * width + part.from(),
                size);
          }
        }
      }
    }
    return Batch.ofValues(timesteps, rows, width, values, null);
  }

  /** Outputs {@code [B, T, F]} or {@code [B, F]} as one array. */
  static ForeignTensor outputs(List<ForeignTensor> outputs) {
    ForeignTensor first = outputs.getFirst();
    if (outputs.size() == 1) {
      return first;
    }
    int rows = first.size(0);
    int timesteps = 1;
    int width = 0;
    for (ForeignTensor y : outputs) {
      if (y.rank() < 2 || y.rank() > 3 || y.size(0) != rows) {
        throw new ExchangeException(
            formatted("the output %s next to the model has no usable shape", Printable.quoted(y)));
      }
      timesteps = y.rank() == 3 ? Math.max(timesteps, y.size(1)) : timesteps;
      width += y.size(y.rank() - 1);
    }
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(rows, timesteps), width)];
    int at = 0;
    for (ForeignTensor y : outputs) {
      int size = y.size(y.rank() - 1);
      int own = y.rank() == 3 ? y.size(1) : 1;
      for (int b = 0; b < rows; b++) {
        for (int t = 0; t < timesteps; t++) {
          System.arraycopy(
              y.values(),
              (b * own + Math.min(t, own - 1)) * size,
              values,
              (b * timesteps + t) * width + at,
              size);
        }
      }
      at += size;
    }
    return new ForeignTensor("outputs", new int[] {rows, timesteps, width}, values);
  }
}
