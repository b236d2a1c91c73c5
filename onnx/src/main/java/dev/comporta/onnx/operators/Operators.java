package dev.comporta.onnx.operators;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All operators, by family. */
public final class Operators {
  /** The oldest operator set of ONNX that is supported. */
  public static final int OLDEST = 7;

  /** The newest operator set of ONNX that is supported. */
  public static final int NEWEST = 28;

  /** Operators that draw random numbers, which no other tool could reproduce. */
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  /**
   * A family of operators.
   *
   * @param title what the table of the guide calls it
   * @param names its operators
   */
  public record Family(String title, List<String> names) {}

  /** Takes the operators of a family. */
  static final class Table {
    private final Map<String, Operator> operators = new TreeMap<>();
    private final Map<String, Operator> microsoft = new TreeMap<>();

    void add(String name, Operator operator) {
      if (operators.put(name, operator) != null) {
        throw new IllegalStateException(name + " is there twice");
      }
    }

    void addMicrosoft(String name, Operator operator) {
      microsoft.put(name, operator);
    }
  }

  private record Entry(String title, Consumer<Table> operators) {}

  private static final List<Entry> FAMILIES =
      List.of(
          new Entry("Recurrent", Recurrence::addTo),
          new Entry("Control flow", Control::addTo),
          new Entry("Matrix products", Linear::addTo),
          new Entry("Convolutions", Convolutions::addTo),
          new Entry("Pooling", Pools::addTo),
          new Entry("Arithmetic and logic", Arithmetic::addTo),
          new Entry("Comparisons and choices", Comparisons::addTo),
          new Entry("Functions and activations", Functions::addTo),
          new Entry("Softmax", Softmaxes::addTo),
          new Entry("Normalisations", Normalizations::addTo),
          new Entry("Reductions", Reductions::addTo),
          new Entry("Shapes and constants", Shapes::addTo),
          new Entry("Parts and padding", Pieces::addTo),
          new Entry("Indices", Indexing::addTo),
          new Entry("Types", Casts::addTo),
          new Entry("Quantised", Quantization::addTo),
          new Entry("Sequences and optionals", Sequences::addTo));

  private static final Table ALL = new Table();

  static {
    FAMILIES.forEach(family -> family.operators().accept(ALL));
  }

  private Operators() {}

  /** The operator of a name; null if it is not supported. */
  public static @Nullable Operator find(String domain, String name) {
    return switch (domain) {
      case "", "ai.onnx" -> ALL.operators.get(name);
      case "com.microsoft" -> ALL.microsoft.get(name);
      default -> null;
    };
  }

  /** Whether an operator draws random numbers. */
  public static boolean isRandom(String name) {
    return RANDOM.contains(name);
  }

  /**
   * The operators for the guide, sorted within each family; those of other domains with the domain.
   */
  public static List<Family> families() {
    return FAMILIES.stream()
        .map(family -> {
          Table table = new Table();
          family.operators().accept(table);
          List<String> names = new java.util.ArrayList<>(table.operators.keySet());
          table.microsoft.keySet().forEach(name -> names.add("com.microsoft." + name));
          return new Family(family.title(), List.copyOf(names));
        })
        .toList();
  }
}
