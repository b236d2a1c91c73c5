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
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The installed providers, by kind and name. Immutable and thread-safe.
 *
 * <p>{@link #load} finds providers with {@link java.util.ServiceLoader}; {@link #of} takes
 * providers from the caller, for instance from a dependency injection framework.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Catalog {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final Map<Kind<?>, Map<String, NamedProvider>> providers;

  private Catalog(Map<Kind<?>, Map<String, NamedProvider>> providers) {
    this.providers = providers;
  }

  /**
   * The providers of all modules on the module path and all jars on the class path.
   *
   * @param more kinds beyond {@link Kind#all}, such as those that an application defines
   * @return the catalog
   * @throws ComportaException if two providers of a kind have the same name, a name is malformed,
   *     or a provider cannot be instantiated
   */
  public static Catalog load(Kind<?>... more) {
    Map<Kind<?>, Map<String, NamedProvider>> found = new LinkedHashMap<>();
    Stream.concat(Kind.all().stream(), Stream.of(more))
        .forEach(kind -> found.put(kind, loadKind(kind)));
    return new Catalog(Collections.unmodifiableMap(found));
  }

  /**
   * This catalog with more providers of a kind.
   *
   * @param kind the kind
   * @param added providers, none of which has the name of one that is here
   * @param <P> the provider interface
   * @return the larger catalog
   * @throws ComportaException as {@link #load}
   */
  public <P extends NamedProvider> Catalog with(Kind<P> kind, Collection<? extends P> added) {
    List<NamedProvider> all = new ArrayList<>(all(kind));
    all.addAll(added);
    Map<Kind<?>, Map<String, NamedProvider>> larger = new LinkedHashMap<>(providers);
    larger.put(kind, index(kind, all));
    return new Catalog(Collections.unmodifiableMap(larger));
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
   * @throws ComportaException as {@link #load}
   */
  public static Catalog of(Collection<? extends NamedProvider> given) {
    Map<Kind<?>, Map<String, NamedProvider>> sorted = new LinkedHashMap<>();
    for (Kind<?> kind : Kind.all()) {
      List<NamedProvider> ofKind = new ArrayList<>();
      for (NamedProvider provider : given) {
        if (kind.type().isInstance(provider)) {
          ofKind.add(provider);
        }
      }
      sorted.put(kind, index(kind, ofKind));
    }
    return new Catalog(Collections.unmodifiableMap(sorted));
  }

  private static Map<String, NamedProvider> loadKind(Kind<?> kind) {
    List<NamedProvider> list = new ArrayList<>();
    try {
      kind.loader().get().forEach(list::add);
    } catch (ServiceConfigurationError e) {
      throw new ComportaException(
          formatted(
              "a provider of kind %s could not be instantiated (%s); fix or remove its jar",
              kind.label(), e.getMessage()),
          e);
    }
    return index(kind, list);
  }

  private static Map<String, NamedProvider> index(Kind<?> kind, List<NamedProvider> list) {
    Map<String, NamedProvider> byName = new TreeMap<>();
    for (NamedProvider provider : list) {
      if (!NAME.matcher(provider.name()).matches()) {
        throw new ComportaException(
            formatted(
                "the %s of %s is named '%s', but a name consists of lower-case letters, digits and hyphens",
                kind.label(), origin(provider), provider.name()));
      }
      NamedProvider other = byName.put(provider.name(), provider);
      if (other != null) {
        throw new ComportaException(
            formatted(
                "two providers of %s '%s': %s and %s; remove one of them",
                kind.label(), provider.name(), origin(other), origin(provider)));
      }
    }
    return Collections.unmodifiableMap(byName);
  }

  /**
   * Looks up a provider by name.
   *
   * @param kind the kind of provider
   * @param name its permanent name
   * @param <P> the provider interface
   * @return the provider
   * @throws UnknownNameException if there is none of this name
   */
  public <P extends NamedProvider> P find(Kind<P> kind, String name) {
    NamedProvider provider = providers.getOrDefault(kind, Map.of()).get(name);
    if (provider == null) {
      throw new UnknownNameException(kind.label(), name, names(kind));
    }
    return kind.type().cast(provider);
  }

  /**
   * The names of all providers of a kind.
   *
   * @param kind the kind of provider
   * @return the names, sorted
   */
  public List<String> names(Kind<?> kind) {
    return List.copyOf(providers.getOrDefault(kind, Map.of()).keySet());
  }

  /**
   * The providers of a kind.
   *
   * @param kind the kind of provider
   * @param <P> the provider interface
   * @return the providers, sorted by name
   */
  public <P extends NamedProvider> List<P> all(Kind<P> kind) {
    return providers.getOrDefault(kind, Map.of()).values().stream().map(kind.type()::cast).toList();
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
   */
  public <P extends NamedProvider, T> T build(
      Kind<P> kind, Spec spec, BiFunction<P, OptionReader, T> build) {
    P provider = find(kind, spec.name());
    return BuildLimits.within(
        kind,
        spec.name(),
        () -> {
          OptionReader options = spec.reader();
          T made = build.apply(provider, options);
          options.requireAllRead();
          return made;
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
    return provider.backend();
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
        return provider.backend();
      }
      log.accept(formatted("backend '%s' is not used: %s", provider.name(), reason.get()));
    }
    throw new ComportaException(
        "no backend can run here; put comporta-tensor on the module path or class path");
  }

  /**
   * The origin of a provider.
   *
   * @param provider any provider
   * @return its module and version, or its class if it is not in a named module
   */
  public static String origin(NamedProvider provider) {
    Module module = provider.getClass().getModule();
    if (!module.isNamed()) {
      return "class " + provider.getClass().getName();
    }
    ModuleDescriptor descriptor = module.getDescriptor();
    return "module "
        + module.getName()
        + descriptor.rawVersion().map(version -> " " + version).orElse("");
  }
}
