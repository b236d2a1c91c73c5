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
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A kind of provider.
 *
 * @param label the word for it in messages, such as {@code cell}
 * @param type the provider interface, in a package that is exported to the catalog
 * @param check calls what everything else relies on; a provider of a third party is not used if
 *     this fails
 * @param <P> the provider interface
 */
@API(status = API.Status.STABLE)
public record Kind<P extends NamedProvider>(String label, Class<P> type, Consumer<P> check) {
  /** Recurrent cells. */
  public static final Kind<CellProvider> CELL = new Kind<>("cell", CellProvider.class);

  /** Layers. */
  public static final Kind<LayerProvider> LAYER = new Kind<>("layer", LayerProvider.class);

  /** Attention scores. */
  public static final Kind<AttentionProvider> ATTENTION =
      new Kind<>("attention", AttentionProvider.class);

  /** Losses. */
  public static final Kind<LossProvider> LOSS = new Kind<>("loss", LossProvider.class);

  /** Optimizers. */
  public static final Kind<OptimizerProvider> OPTIMIZER =
      new Kind<>("optimizer", OptimizerProvider.class);

  /** Learning-rate schedules. */
  public static final Kind<ScheduleProvider> SCHEDULE =
      new Kind<>("schedule", ScheduleProvider.class);

  /** Parameter initialisers. */
  public static final Kind<InitializerProvider> INITIALIZER =
      new Kind<>("initializer", InitializerProvider.class);

  /** Tensor backends. */
  public static final Kind<TensorBackendProvider> BACKEND =
      new Kind<>(
          "backend",
          TensorBackendProvider.class,
          backend -> {
            backend.preference();
            ProviderException.returned(backend.unavailable(), "unavailable()");
          });

  /**
   * A kind whose providers need no check beyond that of their names and descriptions.
   *
   * @param label the word for it in messages, such as {@code cell}
   * @param type the provider interface, in a package that is exported to the catalog
   */
  public Kind(String label, Class<P> type) {
    this(label, type, _ -> {});
  }

  /**
   * All kinds.
   *
   * @return in the order in which the catalog lists them
   */
  public static List<Kind<?>> all() {
    return List.of(CELL, LAYER, ATTENTION, LOSS, OPTIMIZER, SCHEDULE, INITIALIZER, BACKEND);
  }

  /** Written out, because the JVM takes milliseconds to derive it at the start of a program. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Kind<?> kind
            && label.equals(kind.label)
            && type.equals(kind.type)
            && check.equals(kind.check));
  }

  /** Written out like {@link #equals}. */
  @Override
  public int hashCode() {
    return type.hashCode();
  }
}
