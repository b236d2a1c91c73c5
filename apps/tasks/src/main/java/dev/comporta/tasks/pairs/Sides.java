package dev.comporta.tasks.pairs;

import dev.comporta.frame.options.Settings;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.TextCodec;
import java.util.List;
import java.util.stream.Stream;

/** The codecs of both sides, learned as the settings say. */
final class Sides {
  private Sides() {}

  static PairCodecs learn(List<Pair> pairs, Settings settings) {
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
      return new PairCodecs(codec, codec);
    }
    return new PairCodecs(
        TextCodec.learn(sources, rules, "sources"), TextCodec.learn(targets, rules, "targets"));
  }
}
