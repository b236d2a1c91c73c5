/** Recurrent cells and the layers around them; models of stacked layers. */
module dev.comporta.cells {
  requires transitive dev.comporta.api;
  requires transitive dev.comporta.tensor;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.cells;
  exports dev.comporta.cells.layers;
  exports dev.comporta.cells.model;

  provides dev.comporta.api.cell.CellProvider with
      dev.comporta.cells.GruCell.Provider,
      dev.comporta.cells.LstmCell.Provider,
      dev.comporta.cells.RnnCell.Provider;
  provides dev.comporta.api.layer.LayerProvider with
      dev.comporta.cells.layers.DenseLayer.Provider,
      dev.comporta.cells.layers.DropoutLayer.Provider,
      dev.comporta.cells.layers.EmbeddingLayer.Provider,
      dev.comporta.cells.layers.RecurrentLayer.Provider;
}
