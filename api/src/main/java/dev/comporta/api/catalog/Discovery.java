package dev.comporta.api.catalog;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.NamedProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the providers of a kind. Each one that fails becomes a problem, and stops no other.
 *
 * @param <P> the provider interface
 */
final class Discovery<P extends NamedProvider> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** After so many failures of one loader, its jars are not looked at any further. */
  private static final int MOST_FAILURES = 1000;

  /** Where providers are looked for. */
  sealed interface Place {
    /** The modules of a loader and its parents, and what they have on the class path. */
    record Loader(ClassLoader loader) implements Place {}

    /** The modules of a layer and its parents. */
    record Layer(ModuleLayer layer) implements Place {}
  }

  /**
   * What was found.
   *
   * @param usable providers by name
   * @param broken what is wrong with those that have a name
   * @param problems the same with those whose name is not known
   */
  record Found(
      Map<String, NamedProvider> usable,
      Map<String, ProviderException> broken,
      List<ProviderException> problems) {}

  private final Kind<P> kind;
  private final Set<Class<?>> seen = new HashSet<>();
  private final Map<String, List<P>> named = new TreeMap<>();
  private final Map<String, ProviderException> broken = new TreeMap<>();

  /** By their sentences, because two places may have the same jar. */
  private final Map<String, ProviderException> problems = new LinkedHashMap<>();

  Discovery(Kind<P> kind) {
    this.kind = kind;
  }

  /** Looks for installed providers. */
  static <P extends NamedProvider> Found in(List<Place> places, Kind<P> kind) {
    Catalog.class.getModule().addUses(kind.type());
    Discovery<P> discovery = new Discovery<>(kind);
    places.forEach(discovery::search);
    return discovery.found();
  }

  /** The same for instances of providers, those of one kind. */
  static <P extends NamedProvider> Found of(
      Collection<? extends NamedProvider> given, Kind<P> kind) {
    Discovery<P> discovery = new Discovery<>(kind);
    given.stream()
        .filter(kind.type()::isInstance)
        .map(kind.type()::cast)
        .forEach(provider -> discovery.add(provider.getClass(), () -> provider));
    return discovery.found();
  }

  private void search(Place place) {
    ServiceLoader<P> loader =
        switch (place) {
          case Place.Loader(ClassLoader it) -> ServiceLoader.load(kind.type(), it);
          case Place.Layer(ModuleLayer it) -> ServiceLoader.load(it, kind.type());
        };
    Iterator<ServiceLoader.Provider<P>> providers = loader.stream().iterator();
    for (int failures = 0; failures < MOST_FAILURES; ) {
      ServiceLoader.Provider<P> provider;
      try {
        if (!providers.hasNext()) {
          return;
        }
        provider = providers.next();
      } catch (Throwable e) { // a jar may throw anything
        failures++;
        rethrowIfOfTheMachine(e);
        problem(unloaded(place, e));
        continue;
      }
      if (seen.add(provider.type())) {
        add(provider.type(), provider);
      }
    }
  }

  private void add(Class<?> declared, Supplier<? extends P> made) {
    Class<?> type = declared;
    String name = null;
    try {
      P provider = made.get();
      type = provider.getClass(); // not the declared one if a method of that provides it
      name = ProviderException.returned(provider.name(), "name()");
      if (!NAME.matcher(name).matches()) {
        broken(
            name,
            new ProviderException(
                formatted(
                    "the %s of %s is named '%s', but a name consists of lower-case letters, digits and hyphens",
                    kind.label(), ProviderOrigin.of(provider), name),
                null));
        return;
      }
      ProviderException.returned(provider.description(), "description()");
      if (!ProviderOrigin.isBuiltIn(provider)) {
        kind.check().accept(provider);
      }
      named.computeIfAbsent(name, _ -> new ArrayList<>()).add(provider);
    } catch (Throwable e) {
      rethrowIfOfTheMachine(e);
      String subject =
          name == null ? subject(type.getName()) : formatted("%s '%s'", kind.label(), name);
      ProviderException problem =
          new ProviderException(subject, ProviderOrigin.of(type), ProviderException.reason(e), e);
      if (name == null) {
        problem(problem);
      } else {
        broken(name, problem);
      }
    }
  }

  private Found found() {
    Map<String, NamedProvider> usable = new TreeMap<>();
    named.forEach((name, providers) -> {
      P only = only(name, providers);
      if (only != null) {
        usable.put(name, only);
      }
    });
    broken.keySet().removeAll(usable.keySet());
    return new Found(
        Collections.unmodifiableMap(usable),
        Collections.unmodifiableMap(broken),
        List.copyOf(problems.values()));
  }

  /** The provider of a name: part of Comporta if there is one, because files rely on that. */
  private @Nullable P only(String name, List<P> providers) {
    if (providers.size() == 1) {
      return providers.getFirst();
    }
    List<P> builtIn = providers.stream().filter(ProviderOrigin::isBuiltIn).toList();
    P winner = builtIn.size() == 1 ? builtIn.getFirst() : null;
    P first = winner == null ? providers.getFirst() : winner;
    for (P other : providers) {
      if (other != first) {
        broken(
            name,
            new ProviderException(
                formatted(
                    "two providers of %s '%s': %s and %s; remove one of them%s",
                    kind.label(),
                    name,
                    ProviderOrigin.of(first),
                    ProviderOrigin.of(other),
                    winner == null ? "" : " (the first one is used)"),
                null));
      }
    }
    return winner;
  }

  private void broken(String name, ProviderException problem) {
    broken.putIfAbsent(name, problem);
    problem(problem);
  }

  private void problem(ProviderException problem) {
    problems.putIfAbsent(String.valueOf(problem.getMessage()), problem);
  }

  private String subject(String type) {
    return kind.label() + " provider " + type;
  }

  /** What is said of a provider whose class could not be loaded. */
  private ProviderException unloaded(Place place, Throwable failure) {
    ProviderOrigin origin = origin(place, failure);
    String reason = ProviderException.reason(failure);
    return origin == null
        ? new ProviderException(
            formatted(
                "a provider of kind %s cannot be used: %s; fix or remove its jar",
                kind.label(), reason),
            failure)
        : new ProviderException(subject(origin.type()), origin, reason, failure);
  }

  /** The declared provider whose class a failure names, or else the first that does not load. */
  private @Nullable ProviderOrigin origin(Place place, Throwable failure) {
    StringBuilder said = new StringBuilder();
    for (Throwable it = failure; it != null && said.length() < 10_000; it = it.getCause()) {
      said.append(it.getMessage()).append('\n');
    }
    String text = said.toString().replace('/', '.');
    List<ProviderOrigin> declared = declared(place);
    ProviderOrigin best = null;
    for (ProviderOrigin origin : declared) {
      if (text.contains(origin.type())
          && (best == null || best.type().length() < origin.type().length())) {
        best = origin;
      }
    }
    if (best == null && place instanceof Place.Loader(ClassLoader loader)) {
      for (ProviderOrigin origin : declared) {
        if (origin.module() == null && !loads(origin.type(), loader)) {
          return origin;
        }
      }
    }
    return best;
  }

  private static boolean loads(String type, ClassLoader loader) {
    try {
      Class.forName(type, false, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private List<ProviderOrigin> declared(Place place) {
    List<ProviderOrigin> declared = new ArrayList<>();
    switch (place) {
      case Place.Layer(ModuleLayer layer) -> declare(layer, declared, new HashSet<>());
      case Place.Loader(ClassLoader loader) -> {
        declare(ModuleLayer.boot(), declared, new HashSet<>());
        declare(loader, declared);
      }
    }
    return declared;
  }

  private void declare(ModuleLayer layer, List<ProviderOrigin> declared, Set<ModuleLayer> known) {
    if (!known.add(layer)) {
      return;
    }
    for (ResolvedModule module : layer.configuration().modules()) {
      ModuleReference reference = module.reference();
      for (ModuleDescriptor.Provides provides : reference.descriptor().provides()) {
        if (provides.service().equals(kind.type().getName())) {
          provides.providers().forEach(type -> declared.add(ProviderOrigin.of(type, reference)));
        }
      }
    }
    layer.parents().forEach(parent -> declare(parent, declared, known));
  }

  private void declare(ClassLoader loader, List<ProviderOrigin> declared) {
    String resource = "META-INF/services/" + kind.type().getName();
    try {
      for (URL url : Collections.list(loader.getResources(resource))) {
        URI jar = jar(url, resource);
        for (String type : lines(url)) {
          declared.add(ProviderOrigin.of(type, null, null, jar));
        }
      }
    } catch (IOException e) {
      declared.clear(); // nothing is known about such a class path: the failure itself is reported
    }
  }

  private static @Nullable URI jar(URL services, String resource) {
    try {
      String text = services.toString();
      String jar = text.substring(0, text.length() - resource.length());
      return new URI(jar.startsWith("jar:") ? jar.substring(4, jar.lastIndexOf('!')) : jar);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static List<String> lines(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }

  private static void rethrowIfOfTheMachine(Throwable failure) {
    if (ProviderException.isOfTheMachine(failure)) {
      throw (Error) failure;
    }
  }
}
