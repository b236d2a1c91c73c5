package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.streaming.StreamingQueryListener;

/** Programs that tests run in a JVM of their own. */
final class ChildJvm {
  private ChildJvm() {}

  /** Runs a class with the options of Spark's launcher, and returns all that it prints. */
  static String run(int status, boolean vectors, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()) {
      if (vectors || !option.startsWith("--add-modules")) {
        command.add(option);
      }
    }
    command.addAll(List.of("-Xmx1g", main.getName()));
    command.addAll(List.of(arguments));
    Path printed = Files.createTempFile("child", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(Map.of("CLASSPATH", System.getProperty("java.class.path")));
    Process process = builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    try {
      assertThat(process.waitFor(Duration.ofMinutes(5))).isTrue();
      String text = Files.readString(printed);
      assertThat(process.exitValue()).as(text).isEqualTo(status);
      return text;
    } finally {
      process.destroyForcibly();
      Files.delete(printed);
    }
  }

  /** Scores texts; the log shows what the driver was told. */
  static final class Score {
    private Score() {}

    public static void main(String[] arguments) {
      var spark = TestSpark.session();
      var texts = spark.range(8).selectExpr("'May 3, 2024' as text").repartition(4);
      long rows = Comporta.score(texts, arguments[0], "text").collectAsList().size();
      spark.stop();
      if (rows != 8) {
        throw new IllegalStateException(rows + " rows");
      }
    }
  }

  /** Trains on two tasks. */
  static final class Train {
    private Train() {}

    public static void main(String[] arguments) {
      Path folder = Path.of(arguments[0]);
      Comporta.train(
          TestSpark.session(),
          "char-lm",
          TrainTest.settings(folder.resolve("text"), folder.resolve("m"), "steps", "2"),
          TrainOptions.of(2, folder.resolve("c").toString()));
      TestSpark.session().stop();
    }
  }

  /** Runs the query of a stream test, and dies without a word after some batches. */
  static final class Stream {
    /** The exit status of a process that died as it was meant to. */
    static final int DEAD = 9;

    private Stream() {}

    public static void main(String[] arguments) {
      int batches = Integer.parseInt(arguments[2]);
      TestSpark.session()
          .streams()
          .addListener(
              new StreamingQueryListener() {
                private int seen;

                @Override
                public void onQueryStarted(QueryStartedEvent event) {}

                @Override
                public void onQueryProgress(QueryProgressEvent event) {
                  seen++;
                  if (seen == batches) {
                    Runtime.getRuntime().halt(DEAD);
                  }
                }

                @Override
                public void onQueryTerminated(QueryTerminatedEvent event) {}
              });
      try {
        StreamTest.start(Path.of(arguments[0]), arguments[1]).awaitTermination();
      } catch (Exception e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }
}
