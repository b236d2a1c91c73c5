package dev.comporta.lessons.page;

import dev.comporta.lessons.figure.Figure;
import dev.comporta.lessons.figure.Rows;
import java.util.List;

/** A part of a page. Texts are keys of the bundles; values are numbers or labels. */
sealed interface Block {
  /** A paragraph. */
  record Text(String key, List<Object> values) implements Block {}

  /** A formula, in the notation of {@link MathMl}. */
  record Equation(String source) implements Block {}

  /** A table with a caption. */
  record Table(String key, Rows rows) implements Block {}

  /** A figure with a caption. */
  record Drawing(String key, Figure figure) implements Block {}

  /** Java lines or a command. */
  record Code(String source) implements Block {}
}
