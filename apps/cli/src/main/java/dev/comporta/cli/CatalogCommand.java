package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackendProvider;
import dev.comporta.tasks.Toolbox;
import dev.comporta.tasks.Toolbox.Tool;
import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code comporta catalog}: lists what is installed. */
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    description =
        "List the installed cells, layers, losses and so on, what else there is, and where it comes from.")
final class CatalogCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    Catalog catalog = new Application().catalog();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> kinds = new LinkedHashMap<>();
      for (Kind<?> kind : Kind.all()) {
        kinds.put(kind.label(), catalog.all(kind).stream().map(CatalogCommand::object).toList());
      }
      Toolbox.all()
          .forEach((kind, tools) ->
              kinds.put(kind, tools.stream().map(CatalogCommand::object).toList()));
      out.println(Json.line(kinds));
      return 0;
    }
    for (Kind<?> kind : Kind.all()) {
      List<NamedProvider> providers = new ArrayList<>(catalog.all(kind));
      out.println(kind.label());
      int width = providers.stream().mapToInt(p -> p.name().length()).max().orElse(0);
      for (NamedProvider provider : providers) {
        String reason = unavailable(provider).map(why -> "; cannot run here: " + why).orElse("");
        line(
            out, width, provider.name(), provider.description() + reason, Catalog.origin(provider));
      }
    }
    Toolbox.all()
        .forEach((kind, tools) -> {
          out.println(kind);
          int width = tools.stream().mapToInt(tool -> tool.name().length()).max().orElse(0);
          for (Tool tool : tools) {
            line(out, width, tool.name(), tool.description(), tool.type().getName());
          }
        });
    return 0;
  }

  private static void line(
      PrintWriter out, int width, String name, String description, String origin) {
    out.println(
        Printable.line(
            formatted(
                "  %s  %s (%s)", name + " ".repeat(width - name.length()), description, origin)));
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
    ModuleDescriptor descriptor = provider.getClass().getModule().getDescriptor();
    object.put("module", descriptor == null ? null : descriptor.name());
    object.put("version", descriptor == null ? null : descriptor.rawVersion().orElse(null));
    unavailable(provider).ifPresent(reason -> object.put("unavailable", reason));
    return object;
  }

  private static Map<String, @Nullable Object> object(Tool tool) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("name", tool.name());
    object.put("description", tool.description());
    object.put("class", tool.type().getName());
    return object;
  }
}
