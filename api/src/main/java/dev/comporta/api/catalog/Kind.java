package dev.comporta.api.catalog;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.tensor.TensorBackendProvider;
import dev.comporta.api.training.InitializerProvider;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.OptimizerProvider;
import dev.comporta.api.training.ScheduleProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * A kind of provider.
 *
 * @param label the word for it in messages, such as {@code cell}
 * @param type the provider interface
 * @param loader loads the installed providers; must be created in a module that declares {@code
 *     uses} for the type
 * @param <P> the provider interface
 */
@API(status = API.Status.EXPERIMENTAL)
public record Kind<P extends NamedProvider>(
    String label, Class<P> type, Supplier<ServiceLoader<P>> loader) {
  /** Recurrent cells. */
  public static final Kind<CellProvider> CELL =
      new Kind<>("cell", CellProvider.class, () -> ServiceLoader.load(CellProvider.class));

  /** Layers. */
  public static final Kind<LayerProvider> LAYER =
      new Kind<>("layer", LayerProvider.class, () -> ServiceLoader.load(LayerProvider.class));

  /** Attention scores. */
  public static final Kind<AttentionProvider> ATTENTION =
      new Kind<>(
          "attention", AttentionProvider.class, () -> ServiceLoader.load(AttentionProvider.class));

  /** Losses. */
  public static final Kind<LossProvider> LOSS =
      new Kind<>("loss", LossProvider.class, () -> ServiceLoader.load(LossProvider.class));

  /** Optimizers. */
  public static final Kind<OptimizerProvider> OPTIMIZER =
      new Kind<>(
          "optimizer", OptimizerProvider.class, () -> ServiceLoader.load(OptimizerProvider.class));

  /** Learning-rate schedules. */
  public static final Kind<ScheduleProvider> SCHEDULE =
      new Kind<>(
          "schedule", ScheduleProvider.class, () -> ServiceLoader.load(ScheduleProvider.class));

  /** Parameter initialisers. */
  public static final Kind<InitializerProvider> INITIALIZER =
      new Kind<>(
          "initializer",
          InitializerProvider.class,
          () -> ServiceLoader.load(InitializerProvider.class));

  /** Tensor backends. */
  public static final Kind<TensorBackendProvider> BACKEND =
      new Kind<>(
          "backend",
          TensorBackendProvider.class,
          () -> ServiceLoader.load(TensorBackendProvider.class));

  /**
   * All kinds.
   *
   * @return in the order in which the catalog lists them
   */
  public static List<Kind<?>> all() {
    return List.of(CELL, LAYER, ATTENTION, LOSS, OPTIMIZER, SCHEDULE, INITIALIZER, BACKEND);
  }
}
