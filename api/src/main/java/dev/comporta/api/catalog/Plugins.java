package dev.comporta.api.catalog;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Jars that are added to a running program: {@code Catalog.load(Plugins.of(paths))}.
 *
 * <p>They become modules in a layer above the one that Comporta is in. A jar with a module
 * descriptor is the module that it describes; any other jar is an automatic module, whose providers
 * are named in {@code META-INF/services}. The jars that a plug-in needs lie in the same folder or
 * are given as well. A module that Comporta has already is taken from there. A jar that cannot be
 * used is a {@linkplain #problems problem}, and does not affect the others. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Plugins {
  private final ModuleLayer layer;
  private final List<ProviderException> problems;

  private Plugins(ModuleLayer layer, List<ProviderException> problems) {
    this.layer = layer;
    this.problems = List.copyOf(problems);
  }

  /**
   * Loads plug-ins. No class of them is loaded before the catalog asks for it.
   *
   * @param paths jars, folders of jars, or folders of classes
   * @return the plug-ins
   * @throws ComportaException if a path does not exist, is neither a jar nor a folder, or is a
   *     folder without jars and classes
   */
  public static Plugins of(List<Path> paths) {
    return new Loading().load(paths);
  }

  /**
   * The layer of the plug-ins' modules.
   *
   * @return the layer; that of Comporta itself, or the boot layer, if there are no plug-ins
   */
  public ModuleLayer layer() {
    return layer;
  }

  /**
   * What is wrong with jars that cannot be used.
   *
   * @return one sentence each; empty if all can be used
   */
  public List<ProviderException> problems() {
    return problems;
  }

  private static ModuleLayer ours() {
    ModuleLayer layer = Plugins.class.getModule().getLayer();
    return layer == null ? ModuleLayer.boot() : layer;
  }

  /** Some modules, by name. */
  private record Chosen(Map<String, ModuleReference> modules) implements ModuleFinder {
    @Override
    public Optional<ModuleReference> find(String name) {
      return Optional.ofNullable(modules.get(name));
    }

    @Override
    public Set<ModuleReference> findAll() {
      return Set.copyOf(modules.values());
    }

    Chosen and(ModuleReference module) {
      Map<String, ModuleReference> more = new LinkedHashMap<>(modules);
      more.put(module.descriptor().name(), module);
      return new Chosen(more);
    }
  }

  /** The state of one call. */
  private static final class Loading {
    private final ModuleLayer parent = ours();
    private final Map<String, ModuleReference> modules = new LinkedHashMap<>();
    private final List<ProviderException> problems = new ArrayList<>();

    Plugins load(List<Path> paths) {
      Set<Path> known = new LinkedHashSet<>();
      Map<Path, List<ModuleReference>> idle = new LinkedHashMap<>();
      for (Path path : paths) {
        List<ModuleReference> added = new ArrayList<>();
        int before = problems.size();
        for (Path jar : jars(path)) {
          if (known.add(real(jar))) {
            ModuleReference module = module(jar);
            if (module != null && add(jar, module)) {
              added.add(module);
            }
          }
        }
        if (problems.size() == before
            && !added.isEmpty()
            && added.stream().noneMatch(Loading::provides)) {
          idle.put(path, added);
        }
      }
      idle.forEach((path, added) -> {
        if (added.stream().noneMatch(this::isNeeded)) {
          problems.add(
              new ProviderException(
                  formatted(
                      "the plug-in %s provides nothing for Comporta: it needs 'provides' in its module descriptor, or files in META-INF/services if it has no descriptor",
                      path),
                  null));
        }
      });
      return new Plugins(define(), problems);
    }

    private static boolean provides(ModuleReference module) {
      return module.descriptor().provides().stream()
          .anyMatch(provided -> provided.service().startsWith("dev.comporta."));
    }

    /** Whether another jar asks for a module, or may: an automatic module reads every other. */
    private boolean isNeeded(ModuleReference module) {
      return modules.values().stream()
          .filter(other -> other != module)
          .anyMatch(other ->
              other.descriptor().isAutomatic()
                  ? provides(other)
                  : other.descriptor().requires().stream()
                      .anyMatch(needs -> needs.name().equals(module.descriptor().name())));
    }

    private static Path real(Path path) {
      try {
        return path.toRealPath();
      } catch (IOException e) {
        throw unreadable(path, e);
      }
    }

    private static ComportaException unreadable(Path path, IOException e) {
      return new ComportaException(
          formatted("the plug-in %s cannot be read: %s", path, e.getMessage()), e);
    }

    private static List<Path> jars(Path path) {
      if (!Files.exists(path)) {
        throw new ComportaException(
            formatted("expected a jar or a folder of plug-ins but there is no %s", path));
      }
      if (!Files.isDirectory(path)) {
        if (!isJar(path)) {
          throw new ComportaException(
              formatted(
                  "expected a jar or a folder of plug-ins but %s is neither; the name of a jar ends in .jar",
                  path));
        }
        String damage = damage(path);
        if (damage != null) {
          throw new ComportaException(
              formatted("expected a jar of plug-ins but %s is not one: %s", path, damage));
        }
        return List.of(path);
      }
      if (Files.exists(path.resolve("module-info.class"))) {
        return List.of(path);
      }
      if (Files.isDirectory(path.resolve("META-INF").resolve("services"))) {
        throw new ComportaException(
            formatted(
                "expected a folder of plug-ins but %s holds classes without a module-info.class; add one, or pack them into a jar",
                path));
      }
      TreeSet<Path> jars = new TreeSet<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        entries.forEach(entry -> {
          if (isJar(entry) && Files.isRegularFile(entry)) {
            jars.add(entry);
          }
        });
      } catch (IOException e) {
        throw unreadable(path, e);
      }
      if (jars.isEmpty()) {
        throw new ComportaException(
            formatted(
                "expected a folder of plug-ins but %s contains no jar and no module-info.class",
                path));
      }
      return List.copyOf(jars);
    }

    private static boolean isJar(Path path) {
      Path name = path.getFileName();
      return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".jar");
    }

    private static @Nullable String damage(Path path) {
      try (JarFile jar = new JarFile(path.toFile(), false)) {
        jar.getManifest();
        return null;
      } catch (IOException | IllegalArgumentException e) {
        return e.getMessage();
      }
    }

    /** The module that a jar is, or null if it is none: that is a problem then. */
    private @Nullable ModuleReference module(Path jar) {
      try {
        for (ModuleReference module : ModuleFinder.of(jar).findAll()) {
          return module;
        }
        refuse(jar, "it is no module", null);
      } catch (FindException | IllegalArgumentException e) {
        refuse(jar, ProviderException.reason(e), e);
      }
      return null;
    }

    private boolean add(Path jar, ModuleReference module) {
      String name = module.descriptor().name();
      if (parent.findModule(name).isPresent()) {
        return false; // Comporta has it already, and two copies would not know each other
      }
      ModuleReference other = modules.putIfAbsent(name, module);
      if (other != null) {
        refuse(jar, formatted("%s is the same module, %s", file(other), name), null);
      }
      return other == null;
    }

    private void refuse(Path jar, String reason, @Nullable Throwable cause) {
      problems.add(
          new ProviderException(
              formatted(
                  "the plug-in %s cannot be used: %s; fix or remove it", jar.getFileName(), reason),
              cause));
    }

    private static String file(ModuleReference module) {
      String name = module.location().map(ProviderOrigin::fileName).orElse(null);
      return name == null ? module.descriptor().name() : name;
    }

    /** All modules in one layer, or as many of them as fit together. */
    private ModuleLayer define() {
      if (modules.isEmpty()) {
        return parent;
      }
      try {
        return define(new Chosen(modules));
      } catch (ResolutionException | FindException | LayerInstantiationException e) {
        return defineTheUsable();
      }
    }

    private ModuleLayer defineTheUsable() {
      Chosen chosen = new Chosen(Map.of());
      Map<ModuleReference, RuntimeException> refused = new LinkedHashMap<>();
      ModuleLayer best = parent;
      Set<ModuleReference> left = new LinkedHashSet<>(modules.values());
      for (boolean progress = true; progress; ) { // a later jar may be what an earlier one needs
        progress = false;
        for (ModuleReference module : List.copyOf(left)) {
          Chosen more = chosen.and(module);
          try {
            best = define(more);
            chosen = more;
            left.remove(module);
            progress = true;
          } catch (ResolutionException | FindException | LayerInstantiationException e) {
            refused.put(module, e);
          }
        }
      }
      left.forEach(module -> refuse(module, refused.get(module)));
      return best;
    }

    private void refuse(ModuleReference module, @Nullable RuntimeException failure) {
      String reason = failure == null ? "" : ProviderException.reason(failure);
      String hint =
          ModuleFinder.ofSystem().findAll().stream()
              .map(system -> system.descriptor().name())
              .filter(name -> reason.contains("Module " + name + " not found"))
              .map(name -> formatted(" (give --add-modules %s to java)", name))
              .collect(Collectors.joining());
      problems.add(
          new ProviderException(
              formatted(
                  "the plug-in %s cannot be used: %s%s; fix or remove it, or put the jars that it needs in the same folder",
                  file(module), reason, hint),
              failure));
    }

    private ModuleLayer define(Chosen chosen) {
      Configuration configuration =
          parent.configuration().resolve(ModuleFinder.of(), chosen, chosen.modules().keySet());
      return ModuleLayer.defineModulesWithManyLoaders(
              configuration, List.of(parent), Plugins.class.getClassLoader())
          .layer();
    }
  }
}
