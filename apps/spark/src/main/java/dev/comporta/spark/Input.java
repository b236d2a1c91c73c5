package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** What a column holds for a model: which types of Spark it may have, and how a value is read. */
enum Input {
  /** Read as a {@link String}. */
  TEXT("a text", "string"),
  /** Read as a {@code List<String>}. */
  TEXTS("a list of texts", "array of string"),
  /** Read as an {@code int[]}. */
  IDS("a sequence of ids", "array of int or bigint"),
  /** Read as a {@code double[]}. */
  NUMBERS("a sequence of numbers", "array of float, double or another type of numbers"),
  /** A text that is split at white space, or a list of words; read as either. */
  WORDS("the words of a sentence", "string or array of string");

  private static final Set<DataType> WHOLE =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private final String what;
  private final String types;

  Input(String what, String types) {
    this.what = what;
    this.types = types;
  }

  /** What a column must be, for messages. */
  String described() {
    return formatted("%s (%s)", what, types);
  }

  /** Whether numbers of a type are read. */
  static boolean isNumber(DataType type) {
    return isWhole(type)
        || type.equals(DataTypes.FloatType)
        || type.equals(DataTypes.DoubleType)
        || type instanceof DecimalType;
  }

  /** Whether a type has whole numbers only. */
  static boolean isWhole(DataType type) {
    return WHOLE.contains(type);
  }

  /** Whether a column of a type can be read. */
  boolean accepts(DataType type) {
    DataType element = type instanceof ArrayType array ? array.elementType() : null;
    boolean text = type.equals(DataTypes.StringType);
    boolean texts = DataTypes.StringType.equals(element);
    return switch (this) {
      case TEXT -> text;
      case TEXTS -> texts;
      case WORDS -> text || texts;
      case IDS -> element != null && isWhole(element);
      case NUMBERS -> element != null && isNumber(element);
    };
  }

  /**
   * Reads a value.
   *
   * @param value of a row or an argument of a function; may be null
   * @param column its name, for messages
   * @throws ComportaException if it is null or of another type, or has a null or a number that is
   *     not finite
   */
  Object read(@Nullable Object value, String column) {
    if (value == null) {
      throw new ComportaException(
          formatted(
              "[spark] expected %s in %s but got null; leave such rows out or fill them in",
              what, column));
    }
    if (value instanceof String text && (this == TEXT || this == WORDS)) {
      return text;
    }
    if (this == TEXT || !(value instanceof Seq<?> || value instanceof List<?>)) {
      throw other(value, column);
    }
    List<?> elements =
        value instanceof Seq<?> seq ? CollectionConverters.asJava(seq) : (List<?>) value;
    return switch (this) {
      case TEXT, TEXTS, WORDS -> elements.stream().map(it -> text(it, column)).toList();
      case IDS -> elements.stream().mapToInt(it -> id(it, column)).toArray();
      case NUMBERS -> elements.stream().mapToDouble(it -> number(it, column)).toArray();
    };
  }

  private String text(@Nullable Object element, String column) {
    if (element instanceof String text) {
      return text;
    }
    throw element(element, column);
  }

  private int id(@Nullable Object element, String column) {
    if (element instanceof Integer
        || element instanceof Long
        || element instanceof Short
        || element instanceof Byte) {
      long id = ((Number) element).longValue();
      if (id == (int) id) {
        return (int) id;
      }
    }
    throw element(element, column);
  }

  /** A finite number, also as a float. */
  private double number(@Nullable Object element, String column) {
    if (element instanceof Number number && Float.isFinite(number.floatValue())) {
      return number.doubleValue();
    }
    throw element(element, column);
  }

  private ComportaException element(@Nullable Object element, String column) {
    String rule =
        this == NUMBERS ? "finite numbers" : this == IDS ? "ids that fit into an int" : "texts";
    return new ComportaException(
        formatted(
            "[spark] expected %s in %s but one of them is %s; leave such rows out or fill them in",
            rule, column, element));
  }

  private ComportaException other(Object value, String column) {
    return new ComportaException(
        formatted(
            "[spark] expected %s in %s but got a value of the type %s",
            described(), column, value.getClass().getSimpleName()));
  }
}
