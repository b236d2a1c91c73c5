package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Builds the query of a stream, after its columns were checked. */
final class Streams {
  /** The metadata by which Spark marks a column with a watermark. */
  private static final String WATERMARK = "spark.watermarkDelayMs";

  private static final String STORE = "spark.sql.streaming.stateStore.providerClass";
  private static final String ROCKS =
      "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";

  private Streams() {}

  static Dataset<Row> sessions(
      Dataset<Row> events, SharedModel model, StreamColumns columns, StreamOptions options) {
    model.get().streaming(); // refuses a network that cannot run in steps
    int inputs = model.get().network().inputSize(); // 0 for ids
    StructType schema = events.schema();
    if (!events.isStreaming()) {
      throw new ComportaException(
          "[stream] expected a stream of events, such as of spark.readStream(), but got a data set that ends; use Comporta.score for one");
    }
    String store = events.sparkSession().conf().get(STORE);
    if (!store.equals(ROCKS)) {
      throw new ComportaException(
          formatted(
              "[stream] expected the state store RocksDB, which Spark needs for sessions with timers, but %s is %s; set it to %s",
              STORE, store, ROCKS));
    }
    StructField key = field(schema, columns.key());
    if (!key.dataType().equals(DataTypes.StringType) && !Input.isWhole(key.dataType())) {
      throw refused("a string or a whole number", "key", key);
    }
    StructField time = field(schema, columns.time());
    if (!time.dataType().equals(DataTypes.TimestampType)) {
      throw refused("a timestamp", "time", time);
    }
    if (!time.metadata().contains(WATERMARK)) {
      throw new ComportaException(
          formatted(
              "[stream] expected a watermark on the time column %s, until which events wait, but it has none; call withWatermark on the stream first",
              Printable.quoted(columns.time())));
    }
    return events
        .select(
            Columns.column(columns.key()).cast(DataTypes.StringType).as("key"),
            Columns.column(columns.time()).as("time"),
            functions.unix_micros(Columns.column(columns.time())).as("micros"),
            values(schema, columns.values(), inputs).as("values"))
        .groupByKey((MapFunction<Row, String>) Streams::key, Encoders.STRING())
        .transformWithState(
            new SessionProcessor(model, options, inputs),
            TimeMode.EventTime(),
            OutputMode.Append(),
            Encoders.row(SessionProcessor.OUTPUT))
        .select(
            functions.col("key").cast(key.dataType()).as(columns.key()),
            functions.timestamp_micros(functions.col("micros")).as(columns.time()),
            functions.col("output"));
  }

  /** What the network reads at a timestep, as an array. */
  private static Column values(StructType schema, List<String> names, int inputSize) {
    if (names.size() == 1
        && inputSize > 0
        && field(schema, names.getFirst()).dataType() instanceof ArrayType array) {
      if (!Input.isNumber(array.elementType())) {
        throw refused("an array of numbers", "values", field(schema, names.getFirst()));
      }
      return Columns.column(names.getFirst()).cast(DataTypes.createArrayType(DataTypes.DoubleType));
    }
    if (names.size() != Math.max(1, inputSize)) {
      throw new ComportaException(
          formatted(
              "[stream] expected %s of values, as the network reads them, but got %d: %s",
              inputSize == 0 ? "one column of ids" : inputSize + " columns or one array",
              names.size(),
              names));
    }
    Column[] columns = new Column[names.size()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = field(schema, names.get(i));
      DataType type = field.dataType();
      if (inputSize == 0 ? !Input.isWhole(type) : !Input.isNumber(type)) {
        throw refused(inputSize == 0 ? "ids, whole numbers," : "numbers", "values", field);
      }
      columns[i] = Columns.column(names.get(i)).cast(DataTypes.DoubleType);
    }
    return functions.array(columns);
  }

  /** The key of an event; Spark groups by null as well, but keeps no state for it. */
  private static String key(Row event) {
    if (event.isNullAt(0)) {
      throw SessionProcessor.without("key");
    }
    return event.getString(0);
  }

  private static StructField field(StructType schema, String name) {
    return schema.fields()[Columns.place("stream", schema, name)];
  }

  private static ComportaException refused(String expected, String what, StructField found) {
    return new ComportaException(
        formatted(
            "[stream] expected %s as the %s of an event but the column %s has the type %s",
            expected, what, Printable.quoted(found.name()), found.dataType().simpleString()));
  }
}
