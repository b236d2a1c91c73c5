package dev.comporta.exchange.dl4j;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;

/** All parameters of a network in one array: layer by layer, matrices column by column. */
final class FlatWeights {
  private final Input input;
  private final float[] all;
  private int at;

  FlatWeights(Input input, ForeignTensor coefficients) {
    this.input = input;
    this.all = coefficients.values();
  }

  private void need(long count, String name) {
    if (count < 0 || count > all.length - at) {
      throw input.refuse(
          formatted(
              "its %d parameters end before the %d of %s",
              all.length, count, Printable.quoted(name)));
    }
  }

  ForeignTensor matrix(String name, int rows, int columns) {
    need((long) rows * columns, name);
    float[] values = new float[rows * columns];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        values[r * columns + c] = all[at++];
      }
    }
    return new ForeignTensor(name, new int[] {rows, columns}, values);
  }

  ForeignTensor vector(String name, int size) {
    return matrix(name, 1, size).reshaped(size);
  }

  void requireAllTaken() {
    if (at != all.length) {
      throw input.refuse(
          formatted("its layers need %d parameters but it holds %d", at, all.length));
    }
  }
}
