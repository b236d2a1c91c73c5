package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Decoding;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.attention.decoding.SourceDecoder;
import dev.comporta.frame.model.ModelLoader;
import dev.comporta.frame.model.OpenModel;
import dev.comporta.training.text.TextCodec;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.Alignment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An encoder-decoder and the vocabularies of both sides, which must fit its sizes. */
record PairModel(OpenModel open, Sides sides) {
  PairModel {
    int tokens = sides.target().vocabulary().size();
    var model = open.model();
    if (model.encoder().isEmpty() || model.outputSize() != tokens) {
      throw new ComportaException(
          formatted(
              "[translate] expected an encoder-decoder with one output for each of %d tokens but got '%s' with %d",
              tokens, model.spec().name(), model.outputSize()));
    }
    int sourceTokens = sides.source().vocabulary().size();
    ModelLoader.requireIds("the encoder", model.encoder(), sourceTokens);
    ModelLoader.requireIds("the decoder", model.layers(), tokens);
  }

  static PairModel of(OpenModel open) {
    return new PairModel(open, Sides.of(open.file(), open.name()));
  }

  /** The text of each hypothesis, the best first, and the score by which it was ranked. */
  record Answer(List<String> outputs, List<Double> scores) {}

  boolean hasAttention() {
    return AttentionDecoderLayer.weights(open.model()) != null;
  }

  /** The ids of a sentence; none for a blank one, whose translation is empty. */
  int[] ids(String sentence) {
    return TextCodec.isBlank(sentence) ? new int[0] : sides.source().ids(sentence);
  }

  SourceDecoder decoder(Decoding decoding, OptionalInt longest, int batch) {
    return new SourceDecoder(
        open.runner(), open.model(), sides.target().end(), decoding, longest, batch);
  }

  /** Translates sentences, each independently of the others. */
  List<String> translate(List<String> sentences, Decoding decoding, int batch) {
    List<String> outputs = new ArrayList<>();
    SourceDecoder.Pool<Answer> pool =
        decoder(decoding, OptionalInt.empty(), batch)
            .pool(
                this::answer,
                answers -> answers.forEach(it -> outputs.add(it.outputs().getFirst())));
    sentences.forEach(sentence -> pool.add(sentence, ids(sentence)));
    pool.flush();
    return outputs;
  }

  Answer answer(String sentence, BeamSearch.@Nullable Found found) {
    if (found == null) {
      return new Answer(List.of(""), List.of(0.0));
    }
    List<String> tokens = sides.source().tokens(sentence);
    return new Answer(
        found.hypotheses().stream().map(it -> sides.target().text(words(it, tokens))).toList(),
        found.hypotheses().stream().map(Hypothesis::score).toList());
  }

  /**
   * The tokens of a hypothesis; an unknown one is replaced by the token of the source that received
   * the most attention (Jean et al. 2015, section 3.3), unless that is the end.
   */
  private List<String> words(Hypothesis hypothesis, List<String> sourceTokens) {
    List<String> words = new ArrayList<>();
    for (int t = 0; t < hypothesis.tokens().size(); t++) {
      int id = hypothesis.tokens().get(t);
      int attended =
          id == sides.target().unknown() && hypothesis.hasAttention()
              ? hypothesis.attended(t)
              : sourceTokens.size();
      words.add(
          attended < sourceTokens.size() ? sourceTokens.get(attended) : sides.target().token(id));
    }
    return words;
  }

  /** What a picture shows of a translation. */
  Alignment alignment(String sentence, BeamSearch.Found found) {
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
    List<String> outputs = answer(sentence, found).outputs();
    return new Alignment(open.name(), sentence, outputs, from, to, found, sides.target()::shown);
  }
}
