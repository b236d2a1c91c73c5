package dev.comporta.tasks.wordlm;

import dev.comporta.api.UnknownNameException;
import java.util.Arrays;
import java.util.List;

/**
 * The settings of a publication under one name; each can be given another value. Source: Zaremba,
 * Sutskever and Vinyals 2014, <i>Recurrent Neural Network Regularization</i>, section 4.1.
 */
enum Recipe {
  /** 2 x 200, not regularised. */
  ZAREMBA_SMALL("zaremba-small", 200, 20, 0, 0.1, 13, 4, 2, 5),
  /** 2 x 650, half of the outputs dropped. */
  ZAREMBA_MEDIUM("zaremba-medium", 650, 35, 0.5, 0.05, 39, 6, 1.2, 5),
  /** 2 x 1500, 65 % of the outputs dropped. */
  ZAREMBA_LARGE("zaremba-large", 1500, 35, 0.65, 0.04, 55, 14, 1.15, 10);

  final String option;
  final int hidden;
  final int chunk;
  final double dropout;
  final double initialRange;
  final int epochs;
  final int hold;
  final double divisor;
  final double clip;

  Recipe(
      String option,
      int hidden,
      int chunk,
      double dropout,
      double initialRange,
      int epochs,
      int hold,
      double divisor,
      double clip) {
    this.option = option;
    this.hidden = hidden;
    this.chunk = chunk;
    this.dropout = dropout;
    this.initialRange = initialRange;
    this.epochs = epochs;
    this.hold = hold;
    this.divisor = divisor;
    this.clip = clip;
  }

  static List<String> names() {
    return Arrays.stream(values()).map(recipe -> recipe.option).toList();
  }

  static Recipe named(String name) {
    for (Recipe recipe : values()) {
      if (recipe.option.equals(name)) {
        return recipe;
      }
    }
    throw new UnknownNameException("recipe", name, names());
  }
}
