/**
 * The contracts of Comporta: tensors, cells, layers, losses, optimizers, attention, backends, their
 * service providers, and the {@link dev.comporta.api.catalog.Catalog} that finds them. This module
 * contains no algorithms and depends on annotations only.
 */
module dev.comporta.api {
  requires static transitive org.apiguardian.api;
  requires static transitive org.jspecify;

  exports dev.comporta.api;
  exports dev.comporta.api.attention;
  exports dev.comporta.api.catalog;
  exports dev.comporta.api.cell;
  exports dev.comporta.api.layer;
  exports dev.comporta.api.model;
  exports dev.comporta.api.tensor;
  exports dev.comporta.api.training;

  uses dev.comporta.api.attention.AttentionProvider;
  uses dev.comporta.api.cell.CellProvider;
  uses dev.comporta.api.layer.LayerProvider;
  uses dev.comporta.api.tensor.TensorBackendProvider;
  uses dev.comporta.api.training.InitializerProvider;
  uses dev.comporta.api.training.LossProvider;
  uses dev.comporta.api.training.OptimizerProvider;
  uses dev.comporta.api.training.ScheduleProvider;
}
