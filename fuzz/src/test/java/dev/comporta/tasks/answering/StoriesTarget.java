package dev.comporta.tasks.answering;

import dev.comporta.fuzz.Property;
import java.nio.charset.StandardCharsets;

/** Stories with questions in the format of bAbI, and new questions without answers. */
public final class StoriesTarget {
  private StoriesTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, file -> Stories.read(file, StandardCharsets.UTF_8).answers());
    String text = new String(input, StandardCharsets.UTF_8);
    Property.holds(
        input,
        _ -> {
          StoryReader reader = new StoryReader("f", false, null);
          text.lines().forEach(reader::read);
        });
  }
}
