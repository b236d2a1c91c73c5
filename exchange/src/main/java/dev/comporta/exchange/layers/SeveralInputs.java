package dev.comporta.exchange.layers;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import java.util.List;

/** A layer that reads several values of a {@link GraphLayer}. */
interface SeveralInputs extends Layer {
  /**
   * Computes the layer.
   *
   * @param inputs as many as {@link #require} accepted
   * @param carry as in {@link Layer}
   * @param context parameters and services
   */
  Output forward(List<Sequence> inputs, CellState carry, LayerContext context);

  /**
   * Refuses inputs of the wrong number or sizes.
   *
   * @param sizes the features of each input
   * @throws dev.comporta.api.InvalidOptionException if they do not fit the layer
   */
  void require(List<Integer> sizes);

  @Override
  default Output forward(Sequence input, CellState carry, LayerContext context) {
    require(List.of(input.values().shape().columns()));
    return forward(List.of(input), carry, context);
  }
}
