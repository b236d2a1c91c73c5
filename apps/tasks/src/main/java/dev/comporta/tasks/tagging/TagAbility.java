package dev.comporta.tasks.tagging;

import dev.comporta.frame.Ability;
import dev.comporta.frame.ColoredText;
import dev.comporta.frame.options.Options;
import dev.comporta.inference.Label;
import dev.comporta.inference.Tagger;
import dev.comporta.training.tags.BioTags;
import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import java.util.Map;

/** Tags the words of new sentences. */
final class TagAbility {
  private TagAbility() {}

  /** What {@code predict} does with a tagger. */
  static Ability predict() {
    return Ability.predict(
        "Tag the words of sentences, one a line, with white space between words",
        Options.of(),
        (model, settings, exchange) -> {
          Tagger tagger = model.tagger();
          List<String> types = types(tagger.labels());
          for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
            List<String> words = WordVocabulary.split(line);
            if (!words.isEmpty()) {
              answer(words, tagger.tag(words), types, exchange);
            }
          }
        });
  }

  /** Gives a line for each word, in the colour of its tag; words outside of spans have none. */
  private static void answer(
      List<String> words, List<Label> tags, List<String> types, Ability.Exchange exchange) {
    ColoredText lines = new ColoredText();
    for (int i = 0; i < words.size(); i++) {
      String tag = tags.get(i).name();
      int type = types.indexOf(type(tag));
      if (type < 0) {
        lines.add(words.get(i) + "\t" + tag);
      } else {
        lines.add(words.get(i), type).add("\t").add(tag, type);
      }
      lines.add("\n");
    }
    exchange.answer(
        Map.of(
            "words", words,
            "tags", tags.stream().map(Label::name).toList(),
            "probabilities", tags.stream().map(Label::probability).toList()),
        lines);
  }

  /** What tags have in common that are shown in one colour. */
  private static String type(String tag) {
    return tag.replaceFirst("^[BI]-", "");
  }

  private static List<String> types(List<String> labels) {
    return labels.stream()
        .filter(label -> !label.equals(BioTags.OUTSIDE))
        .map(TagAbility::type)
        .distinct()
        .toList();
  }
}
