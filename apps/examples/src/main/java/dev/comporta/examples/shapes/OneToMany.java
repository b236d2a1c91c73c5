package dev.comporta.examples.shapes;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import java.util.Arrays;
import java.util.List;

/** One to many: spells the English name of a digit, letter by letter. */
public final class OneToMany {
  private static final List<String> NAMES =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int LETTERS = 27; // a to z, and a blank after the end of the word

  private OneToMany() {}

  /** Trains, then prints the spelling of each digit. */
  public static void main(String[] arguments) {
    // @start region="model"
    int nothing = NAMES.size(); // the id for "no input"
    SmallModel speller =
        SmallModel.with(
            0,
            Spec.of("embedding").with("vocabulary", nothing + 1).with("size", 8),
            Spec.of("recurrent").with("cell", "lstm").with("hidden", 24),
            Spec.of("dense").with("units", LETTERS));
    // @end region="model"
    // @start region="data"
    int timesteps = 5;
    int rows = NAMES.size();
    int[] input = new int[timesteps * rows];
    int[] letters = new int[timesteps * rows];
    Arrays.fill(input, nothing);
    for (int digit = 0; digit < rows; digit++) {
      input[digit] = digit; // timestep 0 of row `digit`
      String name = NAMES.get(digit);
      for (int t = 0; t < timesteps; t++) {
        letters[t * rows + digit] = t < name.length() ? name.charAt(t) - 'a' : LETTERS - 1;
      }
    }
    Batch batch =
        Batch.ofIds(new Ids(timesteps, rows, input), null)
            .labels(new Ids(timesteps, rows, letters));
    // @end region="data"
    speller.learn(300, _ -> batch);
    int[] spelt = speller.answers(batch);
    for (int digit = 0; digit < rows; digit++) {
      StringBuilder word = new StringBuilder();
      for (int t = 0; t < timesteps && spelt[t * rows + digit] < LETTERS - 1; t++) {
        word.append((char) ('a' + spelt[t * rows + digit]));
      }
      System.out.println(digit + " is " + word);
    }
  }
}
