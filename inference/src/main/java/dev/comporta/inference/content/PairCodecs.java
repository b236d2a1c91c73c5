package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.BytePairSplitting;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.PlainSplitting;
import dev.comporta.training.text.TextCodec;
import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The codecs of a model of sentence pairs; one and the same if the vocabulary is shared.
 *
 * @param source of the encoder
 * @param target of the decoder
 */
public record PairCodecs(TextCodec source, TextCodec target) {
  private static final String KIND = "translation-";
  private static final String MERGES = "-joins";
  private static final String KIND_OF_MERGES = "byte-pairs";

  /**
   * {@return the codecs that a model file holds}
   *
   * @param file the content of the file
   * @param from the name of the file, for messages
   * @throws ComportaException if there are none
   */
  public static PairCodecs of(ModelFile file, String from) {
    return new PairCodecs(codec(file, "source", from), codec(file, "target", from));
  }

  private static TextCodec codec(ModelFile file, String name, String from) {
    Vocabulary tokens = find(file, name, KIND).orElse(null);
    Vocabulary merges = find(file, name + MERGES, KIND_OF_MERGES).orElse(null);
    if (tokens != null) {
      WordVocabulary vocabulary = WordVocabulary.ofTokens(tokens.tokens());
      String kind = tokens.kind().substring(KIND.length());
      for (PlainSplitting plain : PlainSplitting.values()) {
        if (kind.equals(plain.option())) {
          return new TextCodec(plain, vocabulary);
        }
      }
      if (kind.equals(BytePairSplitting.OPTION) && merges != null) {
        BytePairVocabulary learned = BytePairVocabulary.ofTokens(merges.tokens());
        return new TextCodec(
            new BytePairSplitting(learned, Set.copyOf(tokens.tokens())), vocabulary);
      }
    }
    throw new ComportaException(
        formatted(
            "[translate] expected a model that was trained on pairs but %s holds no vocabulary of a %s",
            from, name));
  }

  private static Optional<Vocabulary> find(ModelFile file, String name, String kind) {
    return file.vocabularies().stream()
        .filter(it -> it.name().equals(name) && it.kind().startsWith(kind))
        .findFirst();
  }

  /**
   * {@return the ids of a pair}
   *
   * @param pair a source and its target
   */
  public PairExamples.Pair ids(Pair pair) {
    return new PairExamples.Pair(source.ids(pair.source()), target.ids(pair.target()));
  }

  /** {@return what a model file holds} */
  public List<Vocabulary> stored() {
    return Stream.concat(stored("source", source), stored("target", target)).toList();
  }

  private static Stream<Vocabulary> stored(String name, TextCodec codec) {
    Vocabulary tokens =
        new Vocabulary(name, KIND + codec.splitting().option(), codec.vocabulary().tokens());
    return codec.splitting() instanceof BytePairSplitting pairs
        ? Stream.of(tokens, new Vocabulary(name + MERGES, KIND_OF_MERGES, pairs.joins().tokens()))
        : Stream.of(tokens);
  }
}
