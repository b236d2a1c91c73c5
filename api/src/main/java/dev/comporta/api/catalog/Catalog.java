package dev.comporta.api.catalog;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.NamedProvider;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * The installed providers, by kind and name. Immutable and thread-safe.
 *
 * <p>{@link #load(Kind[])} finds providers with {@link java.util.ServiceLoader}; {@link #of} takes
 * providers from the caller, for instance from a dependency injection framework. A provider that
 * fails does not affect the others: see {@link #problems}.
 *
 * <p>Installed providers of a kind are found and instantiated when the kind is first asked for, so
 * that a program which only runs a model does not load the optimizers. What was found stays the
 * same for the life of the catalog.
 */
@API(status = API.Status.STABLE)
public final class Catalog {
  private final Map<Kind<?>, FoundOnce> providers;

  /** What is wrong with whole jars. */
  private final List<ProviderException> jars;

  private Catalog(Map<Kind<?>, FoundOnce> providers, List<ProviderException> jars) {
    this.providers = Collections.unmodifiableMap(providers);
    this.jars = List.copyOf(jars);
  }

  /**
   * The providers of all modules on the module path and all jars on the class path: of the class
   * loader and the layer of modules that Comporta itself is in. The context class loader of the
   * thread plays no part.
   *
   * @param more kinds beyond {@link Kind#all}, such as those that an application defines
   * @return the catalog; providers that cannot be used are its {@link #problems}
   */
  public static Catalog load(Kind<?>... more) {
    return load(installed(), List.of(), more);
  }

  /**
   * The providers that {@link #load(Kind[])} finds, and those of a class loader and its parents,
   * such as the loader of a web application or of plug-ins.
   *
   * @param loader finds the providers, in named modules and by {@code META-INF/services}
   * @param more kinds beyond {@link Kind#all}, such as those that an application defines
   * @return the catalog; providers that cannot be used are its {@link #problems}
   */
  public static Catalog load(ClassLoader loader, Kind<?>... more) {
    return load(installedAnd(new Discovery.Place.Loader(loader)), List.of(), more);
  }

  /**
   * The providers that {@link #load(Kind[])} finds, and those of the modules in a layer and its
   * parents.
   *
   * @param layer a layer of modules that was made at run time
   * @param more kinds beyond {@link Kind#all}, such as those that an application defines
   * @return the catalog; providers that cannot be used are its {@link #problems}
   */
  public static Catalog load(ModuleLayer layer, Kind<?>... more) {
    return load(installedAnd(new Discovery.Place.Layer(layer)), List.of(), more);
  }

  /**
   * The providers that {@link #load(Kind[])} finds, and those of plug-ins.
   *
   * @param plugins jars and folders
   * @param more kinds beyond {@link Kind#all}, such as those that an application defines
   * @return the catalog; jars and providers that cannot be used are its {@link #problems}
   */
  public static Catalog load(Plugins plugins, Kind<?>... more) {
    return load(installedAnd(new Discovery.Place.Layer(plugins.layer())), plugins.problems(), more);
  }

  private static Catalog load(
      List<Discovery.Place> places, List<ProviderException> jars, Kind<?>... more) {
    List<Kind<?>> kinds = new ArrayList<>(Kind.all());
    Collections.addAll(kinds, more);
    Map<Kind<?>, FoundOnce> found = new LinkedHashMap<>();
    for (Kind<?> kind : kinds) {
      found.put(kind, new FoundOnce(() -> Discovery.in(places, kind)));
    }
    return new Catalog(found, jars);
  }

  private static List<Discovery.Place> installed() {
    List<Discovery.Place> places = new ArrayList<>();
    places.add(new Discovery.Place.Loader(Catalog.class.getClassLoader()));
    ModuleLayer layer = Catalog.class.getModule().getLayer();
    if (layer != null && layer != ModuleLayer.boot()) {
      places.add(new Discovery.Place.Layer(layer));
    }
    return places;
  }

  private static List<Discovery.Place> installedAnd(Discovery.Place place) {
    List<Discovery.Place> places = new ArrayList<>(installed());
    places.add(place);
    return places;
  }

  /**
   * This catalog with more providers of a kind.
   *
   * @param kind the kind
   * @param added providers, none of which has the name of one that is here
   * @param <P> the provider interface
   * @return the larger catalog
   * @throws ProviderException if two providers have the same name, a name is malformed, or a
   *     provider fails
   */
  public <P extends NamedProvider> Catalog with(Kind<P> kind, Collection<? extends P> added) {
    List<P> all = new ArrayList<>(all(kind));
    all.addAll(added);
    Map<Kind<?>, FoundOnce> larger = new LinkedHashMap<>(providers);
    larger.put(kind, usable(Discovery.of(all, kind)));
    return new Catalog(larger, jars);
  }

  private static FoundOnce usable(Discovery.Found found) {
    if (!found.problems().isEmpty()) {
      throw found.problems().getFirst();
    }
    return new FoundOnce(found);
  }

  /**
   * The kinds of this catalog.
   *
   * @return in the order in which they are listed
   */
  public List<Kind<?>> kinds() {
    return List.copyOf(providers.keySet());
  }

  /**
   * A catalog of the given providers.
   *
   * @param given providers of any kinds
   * @return the catalog
   * @throws ProviderException if two providers of a kind have the same name, a name is malformed,
   *     or a provider fails
   */
  public static Catalog of(Collection<? extends NamedProvider> given) {
    Map<Kind<?>, FoundOnce> sorted = new LinkedHashMap<>();
    Kind.all().forEach(kind -> sorted.put(kind, usable(Discovery.of(given, kind))));
    return new Catalog(sorted, List.of());
  }

  /**
   * What is wrong with jars and providers that cannot be used. Everything else is not affected by
   * them; {@link #find} throws the one that concerns the name that is looked for.
   *
   * @return one sentence each, in no particular order; empty if everything works
   */
  public List<ProviderException> problems() {
    List<ProviderException> problems = new ArrayList<>(jars);
    providers.values().forEach(found -> problems.addAll(found.get().problems()));
    return problems;
  }

  /**
   * Looks up a provider by name.
   *
   * @param kind the kind of provider
   * @param name its permanent name
   * @param <P> the provider interface
   * @return the provider
   * @throws UnknownNameException if there is none of this name
   * @throws ProviderException if the one of this name cannot be used
   */
  public <P extends NamedProvider> P find(Kind<P> kind, String name) {
    Discovery.Found found = found(kind);
    NamedProvider provider = found.usable().get(name);
    if (provider != null) {
      return kind.type().cast(provider);
    }
    ProviderException broken = found.broken().get(name);
    if (broken != null) {
      throw new ProviderException(String.valueOf(broken.getMessage()), broken);
    }
    throw new UnknownNameException(kind.label(), name, names(kind), nameless(found));
  }

  private Discovery.Found found(Kind<?> kind) {
    FoundOnce found = providers.get(kind);
    return found == null ? new Discovery.Found(Map.of(), Map.of(), List.of()) : found.get();
  }

  /** What cannot be used and may have had a name that is looked for; empty if there is nothing. */
  private String nameless(Discovery.Found found) {
    List<ProviderException> nameless = new ArrayList<>(jars);
    nameless.addAll(found.problems());
    nameless.removeAll(found.broken().values());
    return nameless.isEmpty() ? "" : "; " + nameless.getFirst().getMessage();
  }

  /**
   * The names of all providers of a kind.
   *
   * @param kind the kind of provider
   * @return the names, sorted
   */
  public List<String> names(Kind<?> kind) {
    return List.copyOf(found(kind).usable().keySet());
  }

  /**
   * The providers of a kind.
   *
   * @param kind the kind of provider
   * @param <P> the provider interface
   * @return the providers, sorted by name
   */
  public <P extends NamedProvider> List<P> all(Kind<P> kind) {
    return found(kind).usable().values().stream().map(kind.type()::cast).toList();
  }

  /**
   * Builds what a specification describes and refuses options that its provider did not read. A
   * specification may come from a stranger's file: how many layers and cells it becomes, how deep
   * they are nested, and how many features a layer gives are limited.
   *
   * @param kind the kind of provider
   * @param spec the provider's name and its options
   * @param build calls the provider
   * @param <P> the provider interface
   * @param <T> what it makes
   * @return the thing made
   * @throws dev.comporta.api.InvalidOptionException if an option is wrong, or a limit is exceeded
   * @throws ProviderException if a provider of a third party fails or returns null
   */
  public <P extends NamedProvider, T> T build(
      Kind<P> kind, Spec spec, BiFunction<P, OptionReader, T> build) {
    P provider = find(kind, spec.name());
    return BuildLimits.within(
        kind,
        spec.name(),
        () -> {
          OptionReader options = spec.reader();
          T made =
              ForeignCalls.result(kind, provider, "create()", () -> build.apply(provider, options));
          options.requireAllRead();
          return ForeignCalls.declared(kind, provider, made);
        });
  }

  /**
   * Builds several layers that belong to one model, so that the limits on its layers hold for all
   * of them together: {@value BuildLimits#MOST_PARTS} layers and cells, {@value
   * BuildLimits#DEEPEST} levels of one inside the other. Without it they hold for each call of
   * {@link #build}.
   *
   * @param build calls {@link #build} any number of times, on this thread
   * @param <T> what it makes
   * @return the thing made
   */
  public static <T> T asOneModel(Supplier<T> build) {
    return BuildLimits.asOneModel(build);
  }

  /**
   * Builds a cell from its specification.
   *
   * @param spec the cell's name and options
   * @param inputSize I
   * @param hiddenSize H
   * @return the cell
   */
  public Cell cell(Spec spec, int inputSize, int hiddenSize) {
    return build(
        Kind.CELL,
        spec,
        (CellProvider provider, OptionReader options) ->
            provider.create(inputSize, hiddenSize, options));
  }

  /**
   * Builds a loss.
   *
   * @param spec the loss's name and options
   * @return the loss
   */
  public Loss loss(Spec spec) {
    return build(Kind.LOSS, spec, (provider, options) -> provider.create(options));
  }

  /**
   * Builds an optimizer.
   *
   * @param spec the optimizer's name and options
   * @return the optimizer
   */
  public Optimizer optimizer(Spec spec) {
    return build(Kind.OPTIMIZER, spec, (provider, options) -> provider.create(options));
  }

  /**
   * Builds a learning-rate schedule.
   *
   * @param spec the schedule's name and options
   * @return the schedule
   */
  public Schedule schedule(Spec spec) {
    return build(Kind.SCHEDULE, spec, (provider, options) -> provider.create(options, this));
  }

  /**
   * Builds an initialiser.
   *
   * @param spec the initialiser's name and options
   * @return the initialiser
   */
  public Initializer initializer(Spec spec) {
    return build(Kind.INITIALIZER, spec, (provider, options) -> provider.create(options));
  }

  /**
   * The backend of a name. It never falls back to another backend.
   *
   * @param name such as {@code simd}
   * @return the backend
   * @throws ComportaException if it is unavailable here; the message states the reason
   */
  public TensorBackend backend(String name) {
    TensorBackendProvider provider = find(Kind.BACKEND, name);
    Optional<String> reason = provider.unavailable();
    if (reason.isPresent()) {
      throw new ComportaException(formatted("backend '%s' cannot run: %s", name, reason.get()));
    }
    return ForeignCalls.result(Kind.BACKEND, provider, "backend()", provider::backend);
  }

  /**
   * The available backend with the highest preference.
   *
   * @param log receives one line for each preferred backend that is unavailable, with the reason
   * @return the backend
   * @throws ComportaException if none is available
   */
  public TensorBackend preferredBackend(Consumer<String> log) {
    List<TensorBackendProvider> ranked =
        all(Kind.BACKEND).stream()
            .sorted(Comparator.comparingInt(TensorBackendProvider::preference).reversed())
            .toList();
    for (TensorBackendProvider provider : ranked) {
      Optional<String> reason = provider.unavailable();
      if (reason.isEmpty()) {
        try {
          return ForeignCalls.result(Kind.BACKEND, provider, "backend()", provider::backend);
        } catch (ProviderException e) {
          reason = Optional.ofNullable(e.getMessage());
        }
      }
      log.accept(
          formatted("backend '%s' is not used: %s", provider.name(), reason.orElse("unknown")));
    }
    throw new ComportaException(
        "no backend can run here; put comporta-tensor on the module path or class path");
  }

  /**
   * The origin of a provider.
   *
   * @param provider any provider
   * @return its module and version, or its class if it is not in a named module, and the jar if it
   *     is not a part of Comporta
   */
  public static String origin(NamedProvider provider) {
    return ProviderOrigin.of(provider).toString();
  }
}
