package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.options.Settings;
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

/** The codecs of the encoder and of the decoder; one and the same if the vocabulary is shared. */
record Sides(TextCodec source, TextCodec target) {
  private static final String KIND = "translation-";
  private static final String MERGES = "-joins";
  private static final String KIND_OF_MERGES = "byte-pairs";

  static Sides learn(List<Pair> pairs, Settings settings) {
    TextCodec.Rules rules =
        new TextCodec.Rules(
            settings.get(PairOptions.TOKENS),
            settings.find(PairOptions.MERGES).orElse(0),
            settings.get(PairOptions.MINIMUM_FREQUENCY),
            settings.get(PairOptions.VOCABULARY));
    List<String> sources = pairs.stream().map(Pair::source).toList();
    List<String> targets = pairs.stream().map(Pair::target).toList();
    if (settings.get(PairOptions.SHARED_VOCABULARY)) {
      List<String> both = Stream.concat(sources.stream(), targets.stream()).toList();
      TextCodec codec = TextCodec.learn(both, rules, "sources and targets");
      return new Sides(codec, codec);
    }
    return new Sides(
        TextCodec.learn(sources, rules, "sources"), TextCodec.learn(targets, rules, "targets"));
  }

  /** The codecs that a model file holds. */
  static Sides of(ModelFile file, String from) {
    return new Sides(codec(file, "source", from), codec(file, "target", from));
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

  PairExamples.Pair ids(Pair pair) {
    return new PairExamples.Pair(source.ids(pair.source()), target.ids(pair.target()));
  }

  /** What a model file holds. */
  List<Vocabulary> forFile() {
    return Stream.concat(forFile("source", source), forFile("target", target)).toList();
  }

  private static Stream<Vocabulary> forFile(String name, TextCodec codec) {
    Vocabulary tokens =
        new Vocabulary(name, KIND + codec.splitting().option(), codec.vocabulary().tokens());
    return codec.splitting() instanceof BytePairSplitting pairs
        ? Stream.of(tokens, new Vocabulary(name + MERGES, KIND_OF_MERGES, pairs.joins().tokens()))
        : Stream.of(tokens);
  }
}
