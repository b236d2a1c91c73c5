package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.catalog.ProviderException;
import dev.comporta.api.catalog.ProviderOrigin;
import java.lang.module.ResolvedModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the third-party jar that a failure came from: a cell's step, the data of a task, the code
 * of a loss. Such a failure is no bug in Comporta.
 */
final class Blame {
  private static final String ENTRY = Main.class.getName();

  /** A provider that is no part of Comporta. */
  private record Foreign(String label, String name, ProviderOrigin origin) {
    String words() {
      return formatted("%s '%s'", label, name);
    }

    String packageName() {
      return origin.type().substring(0, Math.max(origin.type().lastIndexOf('.'), 0));
    }

    /** Whether a class is the provider's own, or the one around it. */
    boolean isNextTo(String type) {
      return outermost(type).equals(outermost(origin.type()));
    }
  }

  private final List<Foreign> providers = new ArrayList<>();
  private final Map<String, ResolvedModule> modules = new LinkedHashMap<>();

  private Blame(@Nullable Catalog catalog, ModuleLayer layer) {
    if (layer != ModuleLayer.boot()) {
      layer.configuration().modules().forEach(module -> modules.put(module.name(), module));
    }
    if (catalog != null) {
      for (Kind<?> kind : catalog.kinds()) {
        for (NamedProvider provider : catalog.all(kind)) {
          if (!ProviderOrigin.isBuiltIn(provider)) {
            providers.add(new Foreign(kind.label(), provider.name(), ProviderOrigin.of(provider)));
          }
        }
      }
    }
  }

  /** What to say of a failure in third-party code; empty if it was not there. */
  static Optional<String> sentence(Throwable failure, Application application) {
    Blame blame = new Blame(application.loadedCatalog(), application.layer());
    List<Throwable> causes = new ArrayList<>();
    for (Throwable it = failure; it != null && causes.size() < 100; it = it.getCause()) {
      causes.addFirst(it);
    }
    for (Throwable cause : causes) {
      for (StackTraceElement frame : cause.getStackTrace()) {
        if (frame.getClassName().equals(ENTRY)) {
          break; // what is below runs the command
        }
        if (blame.isForeign(frame)) {
          return Optional.of(blame.sentence(frame, failure));
        }
      }
      if (cause instanceof LinkageError) { // such as a method that an old jar does not have
        for (Foreign provider : blame.providers) {
          String said = String.valueOf(cause.getMessage()).replace('/', '.');
          if (said.contains(provider.packageName() + ".")) {
            return Optional.of(
                formatted(
                    "the %s of %s cannot be used: %s; fix or remove its jar",
                    provider.words(), provider.origin(), ProviderException.reason(failure)));
          }
        }
      }
    }
    return Optional.empty();
  }

  private boolean isForeign(StackTraceElement frame) {
    String module = frame.getModuleName();
    return module == null
        ? providers.stream()
            .anyMatch(it ->
                it.origin().module() == null
                    && !it.packageName().isEmpty()
                    && frame.getClassName().startsWith(it.packageName() + "."))
        : modules.containsKey(module)
            || providers.stream().anyMatch(it -> module.equals(it.origin().module()));
  }

  private String sentence(StackTraceElement frame, Throwable failure) {
    List<Foreign> ofTheJar =
        providers.stream()
            .filter(it ->
                frame.getModuleName() == null
                    ? frame.getClassName().startsWith(it.packageName() + ".")
                    : frame.getModuleName().equals(it.origin().module()))
            .toList();
    List<Foreign> own = ofTheJar.stream().filter(it -> it.isNextTo(frame.getClassName())).toList();
    List<Foreign> named = own.isEmpty() ? ofTheJar : own;
    String where = formatted("%s.%s", frame.getClassName(), frame.getMethodName());
    String reason = ProviderException.reason(failure);
    if (named.isEmpty()) {
      return formatted(
          "the plug-in %s failed in %s: %s; fix or remove its jar", jar(frame), where, reason);
    }
    TreeSet<String> words = new TreeSet<>(named.stream().map(Foreign::words).toList());
    return formatted(
        "the %s of %s failed in %s: %s; fix or remove its jar",
        String.join(" or the ", words), named.getFirst().origin(), where, reason);
  }

  private String jar(StackTraceElement frame) {
    ResolvedModule module = modules.get(String.valueOf(frame.getModuleName()));
    return module == null
        ? String.valueOf(frame.getModuleName())
        : module
            .reference()
            .location()
            .map(it -> it.getPath().replaceFirst(".*/(?=.)", ""))
            .orElse(module.name());
  }

  private static String outermost(String type) {
    int inner = type.indexOf('$');
    return inner < 0 ? type : type.substring(0, inner);
  }
}
