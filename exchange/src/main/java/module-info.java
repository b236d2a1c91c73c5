/** Models of other tools: readers of their files, the mapping to our layers, and the way back. */
module dev.comporta.exchange {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.comporta.attention;
  requires dev.comporta.onnx;
  requires transitive dev.comporta.serialization;
  requires io.jhdf;
  // What jHDF uses: an automatic module names no others, and these would not be resolved.
  requires org.apache.commons.lang3;
  requires org.slf4j;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.exchange;
  exports dev.comporta.exchange.mapping;

  provides dev.comporta.serialization.ModelFormat with
      dev.comporta.exchange.ToolFormats;
  provides dev.comporta.api.cell.CellProvider with
      dev.comporta.exchange.layers.CustomConvLstmCell.Provider,
      dev.comporta.exchange.layers.CustomGruCell.Provider,
      dev.comporta.exchange.layers.CustomLstmCell.Provider,
      dev.comporta.exchange.layers.CustomRnnCell.Provider;
  provides dev.comporta.api.layer.LayerProvider with
      dev.comporta.exchange.layers.AffineLayer.Provider,
      dev.comporta.exchange.layers.AttendLayer.Provider,
      dev.comporta.exchange.layers.AttentionAverageLayer.Provider,
      dev.comporta.exchange.layers.CopyDecoderLayer.Provider,
      dev.comporta.exchange.layers.DotLayer.Provider,
      dev.comporta.exchange.layers.FirstLayer.Provider,
      dev.comporta.exchange.layers.FlattenLayer.Provider,
      dev.comporta.exchange.layers.FunctionLayer.Provider,
      dev.comporta.exchange.layers.GraphLayer.Provider,
      dev.comporta.exchange.layers.LeakyReluLayer.Provider,
      dev.comporta.exchange.layers.LookupLayer.Provider,
      dev.comporta.exchange.layers.MaskingLayer.Provider,
      dev.comporta.exchange.layers.PartLayer.Provider,
      dev.comporta.exchange.layers.QuotientLayer.Provider,
      dev.comporta.exchange.layers.RecurrentFromLayer.Provider,
      dev.comporta.exchange.layers.RepeatLayer.Provider,
      dev.comporta.exchange.layers.SwapTimeLayer.Provider,
      dev.comporta.exchange.layers.TransposeFeaturesLayer.Provider,
      dev.comporta.exchange.layers.UnflattenLayer.Provider;
}
