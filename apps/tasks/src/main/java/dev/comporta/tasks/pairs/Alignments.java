package dev.comporta.tasks.pairs;

import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Translator;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.Alignment;
import java.util.ArrayList;
import java.util.List;

/** What a picture shows of a translation. */
final class Alignments {
  private Alignments() {}

  static Alignment of(LoadedModel model, String sentence, BeamSearch.Found found) {
    Translator translator = model.translator();
    PairCodecs sides = translator.codecs();
    List<String> from = new ArrayList<>();
    sides
        .source()
        .tokens(sentence)
        .forEach(token -> from.add(sides.source().splitting().shown(token)));
    from.add(WordVocabulary.END);
    List<String> to = new ArrayList<>();
    found.best().tokens().forEach(id -> to.add(sides.target().shown(id)));
    if (found.best().ended()) {
      to.add(WordVocabulary.END);
    }
    List<String> outputs = translator.answer(sentence, found).outputs();
    return new Alignment(model.name(), sentence, outputs, from, to, found, sides.target()::shown);
  }
}
