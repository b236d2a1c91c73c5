/** A plug-in for Comporta: two cells, a loss, an optimizer and a task. */
module org.example.comporta.plugin {
  requires dev.comporta.frame;

  provides dev.comporta.api.cell.CellProvider with
      example.plugin.cell.ChaosFreeCell.Provider,
      example.plugin.cell.FastGrnnCell.Provider;
  provides dev.comporta.api.training.LossProvider with
      example.plugin.loss.LogCosh;
  provides dev.comporta.api.training.OptimizerProvider with
      example.plugin.optimizer.Lion;
  provides dev.comporta.frame.Task with
      example.plugin.task.Multiplying;
}
