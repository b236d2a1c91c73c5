package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.catalog.ProviderOrigin;
import dev.comporta.api.tensor.TensorBackendProvider;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Task;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta catalog}: lists what is installed, or shows one entry with its options. */
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    description = {
      "List the installed cells, layers, losses, tasks and other components, and the modules that provide them.",
      "With a name, as in 'comporta catalog lstm': show its options, their values and defaults."
    })
final class CatalogCommand implements Callable<Integer> {
  private final Application application;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description =
          "an entry, such as lstm, adam or adding (default: all entries, without options)")
  private @Nullable String name;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  CatalogCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Catalog catalog = application.catalog();
    if (name == null) {
      list(catalog);
    } else {
      show(name, catalog);
    }
    return 0;
  }

  private void list(Catalog catalog) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> kinds = new LinkedHashMap<>();
      for (Kind<?> kind : catalog.kinds()) {
        kinds.put(kind.label(), catalog.all(kind).stream().map(CatalogCommand::object).toList());
      }
      out.println(Json.line(kinds));
      return;
    }
    for (Kind<?> kind : catalog.kinds()) {
      out.println(kind.label());
      List<NamedProvider> providers = new ArrayList<>(catalog.all(kind));
      int width = width(providers.stream().map(NamedProvider::name).toList());
      for (NamedProvider provider : providers) {
        line(
            out,
            formatted(
                "  %s  %s (%s)",
                padded(provider.name(), width), description(provider), Catalog.origin(provider)));
      }
    }
  }

  private void show(String wanted, Catalog catalog) {
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, @Nullable Object>> entries = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    for (Kind<?> kind : catalog.kinds()) {
      names.addAll(catalog.names(kind));
      for (NamedProvider provider : catalog.all(kind)) {
        if (provider.name().equals(wanted)) {
          List<Row> rows = rows(provider, catalog);
          if (json) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("kind", kind.label());
            entry.putAll(object(provider));
            entry.put("options", rows.stream().map(Row::object).toList());
            entries.add(entry);
          } else {
            print(out, kind, provider, rows);
          }
        }
      }
    }
    if (!names.contains(wanted)) {
      throw new UnknownNameException("catalog entry", wanted, names);
    }
    if (json) {
      out.println(Json.line(Map.of("entries", entries)));
    }
  }

  private static void print(PrintWriter out, Kind<?> kind, NamedProvider provider, List<Row> rows) {
    line(out, formatted("%s %s: %s", kind.label(), provider.name(), description(provider)));
    line(out, "  from " + Catalog.origin(provider));
    if (provider instanceof Task task) {
      line(
          out,
          "  models can: "
              + String.join(", ", task.abilities().stream().map(Ability::name).toList()));
    }
    out.println(rows.isEmpty() ? "  no options" : "  options");
    int width = width(rows.stream().map(Row::name).toList());
    for (Row row : rows) {
      line(out, formatted("    %s  %s", padded(row.name(), width), row.text()));
    }
  }

  /** An option: what it is if that is said, its values, and its default or null. */
  private record Row(
      String name, String help, String values, @Nullable Object fallback, boolean required) {
    String text() {
      String what = help.isEmpty() ? values : formatted("%s: %s", help, values);
      String shown = fallback == null ? "" : InspectCommand.inWords(fallback);
      return required
          ? what + " (required)"
          : what + (shown.isEmpty() ? "" : formatted(" (default: %s)", shown));
    }

    Map<String, @Nullable Object> object() {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      object.put("name", name);
      if (!help.isEmpty()) {
        object.put("description", help);
      }
      object.put("values", values);
      object.put(
          "default",
          fallback instanceof dev.comporta.api.model.Spec nested ? Json.spec(nested) : fallback);
      object.put("required", required);
      return object;
    }
  }

  private static List<Row> rows(NamedProvider provider, Catalog catalog) {
    List<Row> rows = new ArrayList<>();
    if (provider instanceof Task task) {
      for (var option : task.options()) {
        String fallback = option.defaultText();
        rows.add(
            new Row(
                option.name(),
                option.help(),
                option.type().range(),
                fallback.isEmpty() ? null : fallback,
                false));
      }
    }
    ProviderOptions.of(provider, catalog)
        .forEach(option ->
            rows.add(
                new Row(option.name(), "", option.values(), option.fallback(), option.required())));
    return rows;
  }

  private static String description(NamedProvider provider) {
    return provider.description()
        + unavailable(provider).map(why -> "; cannot run here: " + why).orElse("");
  }

  private static int width(List<String> names) {
    return names.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String padded(String name, int width) {
    return name + " ".repeat(width - name.length());
  }

  private static void line(PrintWriter out, String text) {
    out.println(Printable.line(text));
  }

  private static Optional<String> unavailable(NamedProvider provider) {
    return provider instanceof TensorBackendProvider backend
        ? backend.unavailable()
        : Optional.empty();
  }

  private static Map<String, @Nullable Object> object(NamedProvider provider) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("name", provider.name());
    object.put("description", provider.description());
    ProviderOrigin origin = ProviderOrigin.of(provider);
    object.put("module", origin.module());
    object.put("version", origin.version());
    object.put("jar", origin.isBuiltIn() ? null : origin.jar());
    unavailable(provider).ifPresent(reason -> object.put("unavailable", reason));
    return object;
  }
}
