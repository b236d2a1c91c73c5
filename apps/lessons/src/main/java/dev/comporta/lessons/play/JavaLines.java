package dev.comporta.lessons.play;

import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.stream.Collectors;

/** The Java lines that build a specification, written from the specification itself. */
public final class JavaLines {
  private JavaLines() {}

  /**
   * The lines.
   *
   * @param spec a specification
   * @return an expression
   */
  public static String of(Spec spec) {
    return of(spec, "");
  }

  /** The line that makes a cell alone. */
  public static String cell(Spec spec, int inputSize, int hiddenSize) {
    return "Cell cell = Catalog.load().cell("
        + of(spec)
        + ", "
        + inputSize
        + ", "
        + hiddenSize
        + ");";
  }

  private static String of(Spec spec, String indent) {
    StringBuilder lines = new StringBuilder("Spec.of(\"" + spec.name() + "\")");
    String inner = indent + "    ";
    spec.options()
        .forEach((name, value) -> {
          boolean nested =
              value instanceof List<?> || (value instanceof Spec part && part.options().size() > 1);
          lines.append(nested ? "\n" + inner : "");
          lines
              .append(".with(\"")
              .append(name)
              .append("\", ")
              .append(value(value, inner))
              .append(')');
        });
    return lines.toString();
  }

  private static String value(Object value, String indent) {
    return switch (value) {
      case Spec spec -> of(spec, indent);
      case String text -> "\"" + text + "\"";
      case List<?> list ->
          list.stream()
              .map(part -> "\n" + indent + "    " + value(part, indent + "    "))
              .collect(Collectors.joining(",", "List.of(", ")"));
      default -> value.toString();
    };
  }
}
