package dev.comporta.training.listeners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.comporta.api.ComportaException;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.training.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, read back with TensorBoard's protobuf definitions. */
class EventFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000L, 250_000_000), ZoneOffset.UTC);

  @TempDir Path folder;

  private EventFile file() {
    return EventFile.create(folder.resolve("run"), CLOCK);
  }

  private static Object get(Message message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static DynamicMessage value(DynamicMessage event) {
    List<?> values = (List<?>) get((Message) get(event, "summary"), "value");
    assertThat(values).hasSize(1);
    return (DynamicMessage) values.getFirst();
  }

  @Test
  void itsNameHasTheSameDigitsInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR"));
      EventFile file = file();
      file.close();
      assertThat(file.path().getFileName().toString())
          .isEqualTo("events.out.tfevents.1700000000.comporta");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theFirstEventNamesTheVersion() throws IOException {
    EventFile file = file();
    file.close();
    assertThat(file.path().getFileName().toString())
        .isEqualTo("events.out.tfevents.1700000000.comporta");
    List<DynamicMessage> events = TensorBoardFiles.read(file.path());
    assertThat(events).hasSize(1);
    assertThat(get(events.getFirst(), "file_version")).isEqualTo("brain.Event:2");
    assertThat(get(events.getFirst(), "wall_time")).isEqualTo(1_700_000_000.25);
    EventFile second = file();
    second.close();
    assertThat(second.path()).as("never overwritten").isNotEqualTo(file.path());
  }

  @Test
  void scalarsKeepStepTagAndNumber() throws IOException {
    EventFile file = file();
    double[] numbers = {0, -1.5, 1e-30, Float.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY};
    for (int i = 0; i < numbers.length; i++) {
      file.scalar("train/löss", 1L << (10 * i), numbers[i]);
    }
    file.close();
    List<DynamicMessage> events = TensorBoardFiles.read(file.path());
    for (int i = 0; i < numbers.length; i++) {
      DynamicMessage event = events.get(i + 1);
      assertThat(get(event, "step")).isEqualTo(1L << (10 * i));
      assertThat(get(value(event), "tag")).isEqualTo("train/löss");
      assertThat(get(value(event), "simple_value")).isEqualTo((float) numbers[i]);
    }
  }

  @Test
  void histogramsCountEveryValueInItsBucket() throws IOException {
    float[] values = {9, 0.5f, -2, 0, -0f, 0.5f, 3e-13f, -1e21f, 7};
    EventFile file = file();
    file.histogram("w", 3, values, 1, 9);
    file.histogram("none", 4, values, 2, 2);
    file.close();
    List<DynamicMessage> events = TensorBoardFiles.read(file.path());
    DynamicMessage histogram = (DynamicMessage) get(value(events.get(1)), "histo");
    assertThat(get(histogram, "num")).isEqualTo(8.0);
    assertThat(get(histogram, "min")).isEqualTo((double) -1e21f);
    assertThat(get(histogram, "max")).isEqualTo(7.0);
    double sum = 0;
    double squares = 0;
    for (int i = 1; i < 9; i++) {
      sum += values[i];
      squares += (double) values[i] * values[i];
    }
    assertThat((double) get(histogram, "sum")).isCloseTo(sum, within(Math.abs(sum) * 1e-15));
    assertThat((double) get(histogram, "sum_squares")).isCloseTo(squares, within(squares * 1e-15));
    List<?> limits = (List<?>) get(histogram, "bucket_limit");
    List<?> counts = (List<?>) get(histogram, "bucket");
    assertThat(limits).hasSameSizeAs(counts);
    double below = Double.NEGATIVE_INFINITY;
    for (int b = 0; b < limits.size(); b++) {
      double limit = (double) limits.get(b);
      assertThat(limit).isGreaterThan(below);
      int inside = 0;
      for (int i = 1; i < 9; i++) {
        inside += values[i] > below && values[i] <= limit ? 1 : 0;
      }
      assertThat(counts.get(b)).as("bucket up to %s", limit).isEqualTo((double) inside);
      below = limit;
    }
    DynamicMessage none = (DynamicMessage) get(value(events.get(2)), "histo");
    assertThat(get(none, "num")).isEqualTo(0.0);
    EventFile other = file();
    assertThatThrownBy(() -> other.histogram("w", 0, new float[] {1, Float.NaN}, 0, 2))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[tensorboard] expected finite values in 'w' but value 1 is NaN");
    other.close();
  }

  @Test
  void textsAreTensorsOfThePluginText() throws IOException {
    EventFile file = file();
    String text = "# Modell\n" + "größer ".repeat(100);
    file.text("settings", 0, text);
    file.close();
    DynamicMessage value = value(TensorBoardFiles.read(file.path()).get(1));
    Message plugin = (Message) get((Message) get(value, "metadata"), "plugin_data");
    assertThat(get(plugin, "plugin_name")).isEqualTo("text");
    Message tensor = (Message) get(value, "tensor");
    assertThat(get(tensor, "dtype").toString()).isEqualTo("DT_STRING");
    assertThat(get(tensor, "string_val")).isEqualTo(List.of(ByteString.copyFromUtf8(text)));
    List<?> dims = (List<?>) get((Message) get(tensor, "tensor_shape"), "dim");
    assertThat(dims).hasSize(1);
    assertThat(get((Message) dims.getFirst(), "size")).isEqualTo(1L);
  }

  @Test
  void aChangedByteIsFoundByTheChecksums() throws IOException {
    EventFile file = file();
    file.scalar("x", 1, 2);
    file.close();
    byte[] bytes = Files.readAllBytes(file.path());
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 4;
      Path damaged = Files.write(folder.resolve("damaged"), changed);
      assertThatThrownBy(() -> TensorBoardFiles.read(damaged)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aTrainingIsWrittenWithItsParameters() throws IOException {
    Parameters parameters =
        new Parameters(List.of(ParameterSpec.bias("b", 2), ParameterSpec.matrix("W", 2, 3)));
    Path path;
    try (TensorBoardListener listener = new TensorBoardListener(file(), parameters, 2)) {
      path = listener.file().path();
      listener.on(new TrainingEvent.Started(6, 20, 5));
      listener.on(new TrainingEvent.Stepped(7, 1, 2.5, 3, 0.1, 9));
      listener.on(new TrainingEvent.Stepped(8, 1, 2.25, 4, 0.2, 9));
      listener.on(new TrainingEvent.Validated(8, 2, 1.5));
      listener.on(new TrainingEvent.Finished(8));
    }
    List<DynamicMessage> events = TensorBoardFiles.read(path);
    assertThat(get(events.get(1), "step")).isEqualTo(7L);
    assertThat(get((Message) get(events.get(1), "session_log"), "status").toString())
        .isEqualTo("START");
    List<String> tags =
        events.stream().skip(2).map(event -> (String) get(value(event), "tag")).toList();
    assertThat(tags)
        .containsExactly(
            "train/loss",
            "train/gradient-norm",
            "train/learning-rate",
            "validation/loss",
            "parameters/b",
            "parameters/W");
    assertThat(events.stream().skip(2).map(event -> get(event, "step"))).containsOnly(8L);
    assertThat(get(value(events.get(2)), "simple_value")).isEqualTo(2.25f);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path taken = Files.write(folder.resolve("taken"), new byte[1]);
    assertThatThrownBy(() -> EventFile.create(taken, CLOCK))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("cannot write event files in " + taken);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }
}
