/** Recurrent cells, layers, and models of stacked layers. */
module dev.comporta.cells {
  requires transitive dev.comporta.api;
  requires transitive dev.comporta.tensor;
  requires org.slf4j;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.cells;
  exports dev.comporta.cells.explain;
  exports dev.comporta.cells.layers;
  exports dev.comporta.cells.model;

  provides dev.comporta.api.cell.CellProvider with
      dev.comporta.cells.GruCell.Provider,
      dev.comporta.cells.IrnnProvider,
      dev.comporta.cells.JordanCell.Provider,
      dev.comporta.cells.LayerNormGruCell.Provider,
      dev.comporta.cells.LayerNormLstmCell.Provider,
      dev.comporta.cells.LstmCell.Provider,
      dev.comporta.cells.MinimalGatedUnitCell.Provider,
      dev.comporta.cells.MultiplicativeLstmCell.Provider,
      dev.comporta.cells.MultiplicativeRnnCell.Provider,
      dev.comporta.cells.RnnCell.Provider,
      dev.comporta.cells.clocked.ClockworkCell.Provider,
      dev.comporta.cells.clocked.PhasedLstmCell.Provider,
      dev.comporta.cells.convolutional.ConvLstmCell.Provider,
      dev.comporta.cells.elementwise.IndRnnCell.Provider,
      dev.comporta.cells.elementwise.LruCell.Provider,
      dev.comporta.cells.elementwise.MinGruCell.Provider,
      dev.comporta.cells.elementwise.MinLstmCell.Provider,
      dev.comporta.cells.elementwise.QrnnCell.Provider,
      dev.comporta.cells.elementwise.RgLruCell.Provider,
      dev.comporta.cells.elementwise.SruCell.Provider,
      dev.comporta.cells.turing.NeuralTuringMachineCell.Provider,
      dev.comporta.cells.xlstm.MlstmCell.Provider,
      dev.comporta.cells.xlstm.SlstmCell.Provider;
  provides dev.comporta.api.layer.LayerProvider with
      dev.comporta.cells.layers.ActivationLayer.Provider,
      dev.comporta.cells.layers.ActivationLayer.SoftmaxProvider,
      dev.comporta.cells.layers.AdaptiveSoftmaxLayer.Provider,
      dev.comporta.cells.layers.AutoregressiveLayer.Provider,
      dev.comporta.cells.layers.BidirectionalLayer.Provider,
      dev.comporta.cells.layers.Conv1dLayer.Provider,
      dev.comporta.cells.layers.Conv2dLayer.Provider,
      dev.comporta.cells.layers.Conv3dLayer.Provider,
      dev.comporta.cells.layers.CrfLayer.Provider,
      dev.comporta.cells.layers.DenseLayer.Provider,
      dev.comporta.cells.layers.DropoutLayer.Provider,
      dev.comporta.cells.layers.EmbeddingLayer.Provider,
      dev.comporta.cells.layers.HighwayLayer.Provider,
      dev.comporta.cells.layers.LayerNormLayer.Provider,
      dev.comporta.cells.layers.NadeLayer.Provider,
      dev.comporta.cells.layers.PicturePlacesLayer.Provider,
      dev.comporta.cells.layers.Pool1dLayer.Provider,
      dev.comporta.cells.layers.Pool2dLayer.Provider,
      dev.comporta.cells.layers.PoolTimeLayer.Provider,
      dev.comporta.cells.layers.RecurrentLayer.Provider,
      dev.comporta.cells.layers.ResidualLayer.Provider,
      dev.comporta.cells.layers.ReverseLayer.Provider,
      dev.comporta.cells.layers.SequentialLayer.Provider,
      dev.comporta.cells.layers.StackProvider,
      dev.comporta.cells.layers.StepDecoderLayer.Provider,
      dev.comporta.cells.layers.WordCharactersLayer.Provider;
}
