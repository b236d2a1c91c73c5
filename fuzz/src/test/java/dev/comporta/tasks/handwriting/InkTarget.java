package dev.comporta.tasks.handwriting;

import dev.comporta.fuzz.Property;
import dev.comporta.inference.InkFeatures;
import java.nio.charset.StandardCharsets;

/** Pen strokes in UNIPEN and JSON, with and without texts, and their features. */
public final class InkTarget {
  private InkTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, file -> InkSet.read(file, StandardCharsets.UTF_8).sha256());
    String text = new String(input, StandardCharsets.UTF_8);
    Property.holds(
        input,
        _ ->
            InkSet.read(text, "f", false)
                .forEach(sample -> {
                  InkFeatures.read(sample.ink());
                  InkFeatures.written(sample.ink());
                }));
  }
}
