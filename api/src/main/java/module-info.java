/**
 * The contracts of Comporta: tensors, cells, layers, losses, optimizers, attention, backends, the
 * service providers that name them, and the {@link dev.comporta.api.catalog.Catalog} that finds
 * them. No algorithm lives here and nothing but annotations is required.
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
