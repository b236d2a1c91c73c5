package dev.comporta.tasks.tagging;

import dev.comporta.fuzz.Property;
import java.nio.charset.StandardCharsets;

/** Tagged sentences in CoNLL-U, and in lines of a word and its tag. */
public final class TaggedSentencesTarget {
  private TaggedSentencesTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, file -> TaggedSentences.read(file, StandardCharsets.UTF_8, null));
    Property.holds(input, file -> TaggedSentences.read(file, StandardCharsets.UTF_8, "2"));
  }
}
