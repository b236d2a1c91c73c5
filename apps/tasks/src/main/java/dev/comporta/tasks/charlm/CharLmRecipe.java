package dev.comporta.tasks.charlm;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.job.JobDefaults;
import java.util.Arrays;
import java.util.List;

/** Settings that go together under one name; each can be given another value. */
enum CharLmRecipe {
  /** Minutes on any text. */
  PLAIN("plain", 1, 128, 16, 0, 3, 0.01),
  /**
   * A quarter of an hour on two cores for a text of a million characters, such as tiny Shakespeare.
   */
  SHAKESPEARE("shakespeare", 2, 256, 32, 0.3, 20, 0.003);

  final String option;
  final int layers;
  final int hidden;
  final int batch;
  final double dropout;
  private final int epochs;
  private final double learningRate;

  CharLmRecipe(
      String option,
      int layers,
      int hidden,
      int batch,
      double dropout,
      int epochs,
      double learningRate) {
    this.option = option;
    this.layers = layers;
    this.hidden = hidden;
    this.batch = batch;
    this.dropout = dropout;
    this.epochs = epochs;
    this.learningRate = learningRate;
  }

  JobDefaults job() {
    return new JobDefaults(
        CharLmSettings.TASK, epochs, 0, "adam", learningRate, Spec.of("cosine"), 1, 500);
  }

  static List<String> names() {
    return Arrays.stream(values()).map(recipe -> recipe.option).toList();
  }

  static CharLmRecipe named(String name) {
    for (CharLmRecipe recipe : values()) {
      if (recipe.option.equals(name)) {
        return recipe;
      }
    }
    throw new UnknownNameException("recipe", name, names());
  }
}
