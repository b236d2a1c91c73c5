package dev.comporta.tasks.copying;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.Ability;
import dev.comporta.frame.data.JsonSequences;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.training.data.CopyProblem;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Copies the sequences of the input, and draws where the heads were for one of them. */
final class CopyAbility {
  private final LoadedModel model;
  private final Settings settings;
  private final Ability.Exchange exchange;

  CopyAbility(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    this.model = model;
    this.settings = settings;
    this.exchange = exchange;
  }

  void run() {
    if (settings.isGiven(AddressingPicture.PICTURE)) {
      Path file = settings.get(AddressingPicture.PICTURE);
      PictureFile.requireKnown(file);
      AddressingPicture picture = AddressingPicture.of(model);
      OutputFile.requireForModel(AddressingPicture.PICTURE, model, settings);
      List<Batch> sequences = new ArrayList<>();
      JsonSequences.forEach(
          exchange, bits(), (vectors, where) -> sequences.add(Vectors.asked(vectors, where)));
      if (sequences.size() != 1) {
        throw new InvalidOptionException(
            formatted("--picture expected one sequence but the input has %d", sequences.size()));
      }
      Batch asked = sequences.getFirst();
      picture.write(file, copy(asked, picture.heads()), asked.timesteps());
      return;
    }
    JsonSequences.forEach(
        exchange, bits(), (vectors, where) -> copy(Vectors.asked(vectors, where), List.of()));
  }

  private int bits() {
    return model.network().outputSize();
  }

  /** Gives the copy of the sequence that is asked for; returns the observed values of the heads. */
  private Map<String, float[]> copy(Batch asked, List<String> heads) {
    var observed =
        model.with(
            runner -> runner.observe(asked, runner.newCarry(1), heads.toArray(String[]::new)));
    int bits = bits();
    int length = asked.timesteps() / 2;
    float[] answers = CopyProblem.answers(observed.output(), length, 1, bits);
    float[] wanted = CopyProblem.answers(Vectors.targets(asked), length, 1, bits);
    List<List<Integer>> rows = new ArrayList<>();
    for (int t = 0; t < length; t++) {
      List<Integer> row = new ArrayList<>();
      for (int bit = 0; bit < bits; bit++) {
        row.add((int) answers[t * bits + bit]);
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
    exchange.answer(Map.of("copy", rows, "wrong_bits", wrong), text);
    return observed.values();
  }
}
