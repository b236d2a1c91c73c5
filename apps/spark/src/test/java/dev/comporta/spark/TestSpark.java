package dev.comporta.spark;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The one session of all tests: local mode with four threads. */
final class TestSpark {
  static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType);

  private TestSpark() {}

  static SparkSession session() {
    return SparkSession.builder()
        .master("local[4,2]") // a task may fail once
        .appName("comporta-spark")
        .config("spark.ui.enabled", false)
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "1s")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", "target/warehouse")
        .config("spark.sql.session.timeZone", "UTC")
        .config(
            "spark.sql.streaming.stateStore.providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
        .getOrCreate();
  }

  static Dataset<Row> rows(StructType schema, List<Row> rows) {
    return session().createDataFrame(rows, schema);
  }
}
