package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.view.ShapeDrawing.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a thing in a scene is: how large, of which colour, of which form. */
record Figure(Size size, Colour colour, Form form) implements Comparable<Figure> {
  private static final Comparator<Figure> IN_ORDER =
      Comparator.comparing(Figure::size)
          .reversed()
          .thenComparing(Figure::colour)
          .thenComparing(Figure::form);

  enum Size {
    SMALL,
    LARGE
  }

  /** The hue around which it is drawn, in degrees. */
  enum Colour {
    RED(0),
    ORANGE(29),
    YELLOW(54),
    GREEN(125),
    BLUE(218),
    PURPLE(284);

    private final float hue;

    Colour(float hue) {
      this.hue = hue;
    }

    float hue() {
      return hue;
    }
  }

  /** All figures. */
  static List<Figure> all() {
    List<Figure> all = new ArrayList<>();
    for (Size size : Size.values()) {
      for (Colour colour : Colour.values()) {
        for (Form form : Form.values()) {
          all.add(new Figure(size, colour, form));
        }
      }
    }
    return all;
  }

  /** Large before small, then in the order of the rainbow. */
  @Override
  public int compareTo(Figure other) {
    return IN_ORDER.compare(this, other);
  }

  /** A word for each of its three properties. */
  @Override
  public String toString() {
    return formatted("%s %s %s", size, colour, form).toLowerCase(Locale.ROOT);
  }
}
