package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.frame.Ability;
import dev.comporta.inference.LoadedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * {@code comporta predict} for a model of another tool. A line of the input is a timestep: its
 * features, separated by commas or blanks; for a model that reads ids, a line has any number of
 * timesteps. A blank line ends a sequence, and the state starts anew. Each timestep is answered at
 * once if the layers can run that way, else each sequence at its end. A model with an encoder reads
 * sequences in pairs, the source first.
 */
final class SequencePredictions {
  private static final int MOST_TIMESTEPS = 1 << 24;

  private final LoadedModel model;
  private final Ability.Exchange exchange;
  private final int features;
  private final boolean paired;
  private final int sourceFeatures;
  private final int vocabulary;
  private final List<float[]> open = new ArrayList<>();
  private @Nullable Session session;
  private @Nullable Batch source;
  private int sequence = 1;
  private int timestep;
  private int lineNumber;

  SequencePredictions(LoadedModel model, Ability.Exchange exchange) {
    this.model = model;
    this.exchange = exchange;
    this.features = model.network().inputSize();
    this.paired = !model.network().encoder().isEmpty();
    this.sourceFeatures = SequenceModel.sourceInputSize(model.network().spec());
    Session opened = null;
    int known = 0;
    if (!paired) {
      try {
        opened = model.newSession();
        known = model.streaming().vocabulary();
      } catch (ComportaException e) {
        exchange.log("whole sequences are run: " + e.getMessage());
      }
    }
    this.session = opened;
    this.vocabulary = known;
  }

  void run() {
    try {
      for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
        lineNumber++;
        if (line.isBlank()) {
          end();
        } else {
          read(line);
        }
      }
      end();
      if (source != null) {
        throw new ComportaException(
            formatted(
                "%s ends with a source; expected a blank line and the sequence that the decoder reads",
                exchange.inputName()));
      }
    } finally {
      if (session != null) {
        session.close();
      }
    }
  }

  /** The number of features of the sequence that is being read, 0 for ids. */
  private int expected() {
    return paired && source == null ? sourceFeatures : features;
  }

  private void read(String line) {
    String[] words = line.strip().split("[,;\\s]+", -1);
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = number(words[i]);
    }
    int size = expected();
    if (size > 0 && numbers.length != size) {
      throw refuse(
          formatted(
              "expected %d numbers, the features of a timestep, but got %d", size, numbers.length));
    }
    if (size > 0) {
      timestep(numbers);
      return;
    }
    for (float id : numbers) {
      if (id < 0 || id != Math.rint(id) || id > Integer.MAX_VALUE) {
        throw refuse(formatted("expected ids, whole numbers from 0, but got %s", id));
      }
      timestep(new float[] {id});
    }
  }

  private float number(String word) {
    try {
      float number = Float.parseFloat(word);
      if (Float.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refuse(formatted("expected numbers but got '%s'", word), e);
    }
    throw refuse(formatted("expected finite numbers but got '%s'", word));
  }

  private ComportaException refuse(String clause) {
    return new ComportaException(
        formatted("%s, line %d: %s", exchange.inputName(), lineNumber, clause));
  }

  private ComportaException refuse(String clause, Throwable cause) {
    return new ComportaException(
        formatted("%s, line %d: %s", exchange.inputName(), lineNumber, clause), cause);
  }

  private void timestep(float[] numbers) {
    if (session == null) {
      if (open.size() == MOST_TIMESTEPS) {
        throw refuse(formatted("expected a sequence of at most %d timesteps", MOST_TIMESTEPS));
      }
      open.add(numbers);
      return;
    }
    float[] output = new float[model.network().outputSize()];
    if (vocabulary > 0) {
      session.step((int) numbers[0], output);
    } else {
      session.step(numbers, output);
    }
    answer(output, 0);
  }

  private void end() {
    Session stream = session;
    if (stream != null) {
      if (timestep > 0) {
        stream.reset();
      }
    } else if (!open.isEmpty()) {
      Batch read = batch();
      open.clear();
      if (paired && source == null) {
        source = read;
        return;
      }
      Batch batch = source == null ? read : read.source(source);
      source = null;
      float[] outputs = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
      int size = model.network().outputSize();
      for (int from = 0; from + size <= outputs.length; from += size) {
        answer(outputs, from);
      }
    }
    sequence += timestep > 0 ? 1 : 0;
    timestep = 0;
  }

  private Batch batch() {
    int size = expected();
    if (size == 0) {
      int[] ids = new int[open.size()];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = (int) open.get(t)[0];
      }
      return Batch.ofIds(new Ids(ids.length, 1, ids), null);
    }
    float[] values = new float[Math.multiplyExact(open.size(), size)];
    for (int t = 0; t < open.size(); t++) {
      System.arraycopy(open.get(t), 0, values, t * size, size);
    }
    return Batch.ofValues(open.size(), 1, size, values, null);
  }

  private void answer(float[] outputs, int from) {
    timestep++;
    List<Float> numbers = new ArrayList<>();
    StringJoiner text = new StringJoiner(",");
    for (int i = from; i < from + model.network().outputSize(); i++) {
      numbers.add(outputs[i]);
      text.add(Float.toString(outputs[i]));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("sequence", sequence);
    figures.put("timestep", timestep);
    figures.put("output", numbers);
    String gap = timestep == 1 && sequence > 1 ? System.lineSeparator() : "";
    exchange.answer(figures, gap + text);
  }
}
