package dev.comporta.tasks.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.Ability;
import dev.comporta.frame.data.JsonSequences;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.training.data.BitProblem;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers about the sequences of the input, and draws where the heads were for one of them. */
final class MemoryAbility {
  private final MemoryTask task;
  private final LoadedModel model;
  private final Settings settings;
  private final Ability.Exchange exchange;

  MemoryAbility(MemoryTask task, LoadedModel model, Settings settings, Ability.Exchange exchange) {
    this.task = task;
    this.model = model;
    this.settings = settings;
    this.exchange = exchange;
  }

  void run() {
    Settings trained = task.trained(model);
    int given = task.given(trained);
    if (settings.isGiven(AddressingPicture.PICTURE)) {
      Path file = settings.get(AddressingPicture.PICTURE);
      PictureFile.requireKnown(file);
      AddressingPicture picture = AddressingPicture.of(model);
      OutputFile.requireForModel(AddressingPicture.PICTURE, model, settings);
      List<Batch> sequences = new ArrayList<>();
      JsonSequences.forEach(
          exchange,
          given,
          task.example(),
          (sequence, where) -> sequences.add(task.asked(trained, sequence, where)));
      if (sequences.size() != 1) {
        throw new InvalidOptionException(
            formatted("--picture expected one sequence but the input has %d", sequences.size()));
      }
      Batch asked = sequences.getFirst();
      picture.write(file, answer(asked, picture.heads()), asked.timesteps());
      return;
    }
    JsonSequences.forEach(
        exchange,
        given,
        task.example(),
        (sequence, where) -> answer(task.asked(trained, sequence, where), List.of()));
  }

  /** Answers the sequence that is asked about; returns the observed values of the heads. */
  private Map<String, float[]> answer(Batch asked, List<String> heads) {
    var observed =
        model.with(
            runner -> runner.observe(asked, runner.newCarry(1), heads.toArray(String[]::new)));
    int bits = model.network().outputSize();
    float[] answers = BitProblem.answers(observed.output(), asked);
    float[] wanted = BitProblem.answers(targets(asked), asked);
    List<List<Integer>> rows = new ArrayList<>();
    for (int from = 0; from < answers.length; from += bits) {
      List<Integer> row = new ArrayList<>();
      for (int bit = 0; bit < bits; bit++) {
        row.add((int) answers[from + bit]);
      }
      rows.add(row);
    }
    int wrong = 0;
    for (int i = 0; i < answers.length; i++) {
      wrong += answers[i] == wanted[i] ? 0 : 1;
    }
    String text =
        rows.stream()
            .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining()))
            .collect(Collectors.joining(" "));
    exchange.answer(Map.of(task.name(), rows, "wrong_bits", wrong), text);
    return observed.values();
  }

  static float[] targets(Batch asked) {
    float[] targets = asked.targets();
    if (targets == null) {
      throw new IllegalStateException("a batch without a target");
    }
    return targets;
  }
}
